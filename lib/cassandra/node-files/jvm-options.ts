/**
 * The node's `jvm-server.options`, up to the heap, which the boot script adds for the memory it finds. The package's
 * `jvm17-server.options` stays as it is: module flags, and G1 as Cassandra 5.0 sets it.
 */
export const JVM_OPTIONS = `# Cassandra's own choices.
-ea
-da:net.openhft...
-XX:+UseThreadPriorities
-XX:+UseTLAB
-XX:+ResizeTLAB
-XX:+UseNUMA
-XX:+PerfDisableSharedMem
-Xss256k
-Djava.net.preferIPv4Stack=true

# A JVM out of memory answers slowly and wrongly; one that ends is started again by systemd, and others have its data.
-XX:+ExitOnOutOfMemoryError

# The package would dump the whole heap where it ran, which is the data disk; what was the matter is in gc.log and in the metrics.
-XX:-HeapDumpOnOutOfMemoryError
`;
