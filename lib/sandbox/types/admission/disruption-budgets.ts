import type { Field } from './field';
import { checkSelector } from './selector';

export function checkDisruptionBudget(object: Field): void {
  const spec = object.get('spec');
  const [available, unavailable] = [spec.get('minAvailable'), spec.get('maxUnavailable')];
  if (available.text !== '' && unavailable.text !== '') {
    const values = {
      MinAvailable: numberOrPercent(available),
      Selector: spec.get('selector').value ?? null,
      MaxUnavailable: numberOrPercent(unavailable),
      UnhealthyPodEvictionPolicy: null,
    };
    spec.as(values).invalid('minAvailable and maxUnavailable cannot be both set');
  }
  for (const field of [available, unavailable]) {
    if (field.text !== '' && !field.text.endsWith('%') && field.number < 0)
      field.as(field.number).invalid('must be greater than or equal to 0');
  }
  checkSelector(spec.get('selector'));
}

/** Checks a number or a percentage. */
function numberOrPercent({ text }: Field): string | number {
  return text.endsWith('%') ? text : Number(text);
}
