import { spawnSync } from 'node:child_process';
import { terraformBinary } from '../../lib/terraform/cli';

/**
 * `describe`, for tests that run the real Terraform. Without it they are skipped with a message;
 * with `REQUIRE_TERRAFORM=1` they fail instead.
 */
export function describeWithTerraform(name: string, tests: () => void): void {
  const { status } = spawnSync(terraformBinary(), ['version'], { env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  if (status === 0) {
    describe(name, tests);
  } else if (process.env.REQUIRE_TERRAFORM === '1') {
    test(`${name}: ${terraformBinary()} is installed`, () => {
      throw new Error(`REQUIRE_TERRAFORM=1, and ${terraformBinary()} is not on PATH`);
    });
  } else {
    let skipped = 0;
    describe.skip(name, () => {
      skipped = countTests(tests);
    });
    process.stderr.write(`${terraformBinary()} is not on PATH: ${skipped} tests of '${name}' are skipped\n`);
  }
}

/** Declares the tests and counts them. */
function countTests(declare: () => void): number {
  const { test: declareTest } = globalThis;
  let count = 0;
  const counting = new Proxy(declareTest, {
    apply: (target, self, args: Parameters<typeof test>) => {
      count++;
      return Reflect.apply(target, self, args);
    },
    get: (target, property) => {
      const member = Reflect.get(target, property);
      if (property !== 'each') return member;
      return (table: readonly unknown[]) => {
        const each = (member as typeof test.each)(table as never);
        return (...args: Parameters<typeof each>) => {
          count += table.length;
          return each(...args);
        };
      };
    },
  });
  Object.assign(globalThis, { test: counting, it: counting });
  try {
    declare();
  } finally {
    Object.assign(globalThis, { test: declareTest, it: declareTest });
  }
  return count;
}
