/** The tests of a worker share one process: the exit code that a command sets in one file would be that of the next file. */
afterEach(() => {
  process.exitCode = undefined;
});
