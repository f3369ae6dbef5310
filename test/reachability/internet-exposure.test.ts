import { coversInternet } from '../../lib/reachability/internet-exposure';
import { ref } from '../policy/rule-cases';

test.each([
  [['0.0.0.0/0']],
  [['0.0.0.0/1']],
  [['128.0.0.0/1']],
  [['64.0.0.0/2', '0.0.0.0/2', '128.0.0.0/2', '192.0.0.0/2']],
  [['0.0.0.0/3', '32.0.0.0/3', '64.0.0.0/3', '96.0.0.0/3']],
  [['::/0']],
  [['::/1']],
  [['2000::/3']],
  [['3000::/5', '2000::/5', '2800::/5', '3800::/5']],
  [['10.0.0.0/8', '::0/0']],
])('%j covers the internet', (ranges) => {
  expect(coversInternet(ranges)).toBe(true);
});

test.each([
  [[]],
  [['10.0.0.0/8', '192.0.2.0/24']],
  [['0.0.0.0/2', '0.0.0.0/2', '0.0.0.0/3']],
  [['2000::/5', '2001:db8::/32', '2000::/6']],
  [['8000::/1']],
  [['fd00::/8', '2001:db8::1/128']],
  [[ref('var.range'), 'group:a', '35.191.0.0/16']],
])('%j does not cover the internet', (ranges) => {
  expect(coversInternet(ranges)).toBe(false);
});
