import { isUndetermined, type Reading } from '../terraform/values';

/** Result of a test: `unknown` when the JSON does not determine it, which never counts as `no`. */
export type Answer = 'yes' | 'no' | 'unknown';

/** Conjunction: `no` as soon as one answer is. */
export function all(answers: Iterable<Answer>): Answer {
  let result: Answer = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

/** Disjunction: `yes` as soon as one answer is. */
export function any(answers: Iterable<Answer>): Answer {
  let result: Answer = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

/** Converts a boolean; an absent one is `no`. */
export function toAnswer(reading: Reading<boolean>): Answer {
  return isUndetermined(reading) ? 'unknown' : reading === true ? 'yes' : 'no';
}

/** Negation; `unknown` stays. */
export function not(answer: Answer): Answer {
  return answer === 'unknown' ? 'unknown' : answer === 'yes' ? 'no' : 'yes';
}
