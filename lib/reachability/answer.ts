import { isUndetermined, type Reading } from '../terraform/values';

/** What the JSON says: yes, no, or that it cannot tell. What cannot be told is never a no. */
export type Answer = 'yes' | 'no' | 'unknown';

/** Yes when all are; no as soon as one is. */
export function all(answers: Iterable<Answer>): Answer {
  let result: Answer = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

/** Yes as soon as one is; no when all are. */
export function any(answers: Iterable<Answer>): Answer {
  let result: Answer = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer === 'unknown') result = 'unknown';
  }
  return result;
}

/** Answer of a boolean; absent is no. */
export function toAnswer(reading: Reading<boolean>): Answer {
  return isUndetermined(reading) ? 'unknown' : reading === true ? 'yes' : 'no';
}

export function not(answer: Answer): Answer {
  return answer === 'unknown' ? 'unknown' : answer === 'yes' ? 'no' : 'yes';
}
