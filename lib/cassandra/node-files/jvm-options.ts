/**
 * Content of `jvm-server.options` without the heap, which the startup script computes from the memory of the VM. The package's
 * `jvm17-server.options` is unchanged: module flags, and G1 with the settings of Cassandra 5.0.
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
