import { CHRONY_FILE, OPERATING_SYSTEM_FILES } from '../node-files/operating-system';
import { writeFiles } from './files';

export const OPERATING_SYSTEM = `
# --- the operating system ---

tune_os() {
${writeFiles(OPERATING_SYSTEM_FILES)}  sysctl --quiet --ignore --system
  swapoff -a
  echo never >/sys/kernel/mm/transparent_hugepage/defrag || log 'transparent huge pages are as the kernel has them'
  need_package chrony
${writeFiles([CHRONY_FILE])}  if [[ $WROTE == yes ]]; then
    systemctl restart chrony || log 'chrony does not start'
  fi
  udevadm control --reload 2>/dev/null || log 'there is no udev: the read-ahead of the data disk is set once, now'
}

# Cassandra decides by time stamps which of two writes is the later one.
await_clock() {
  local second state=''
  for ((second = 0; second < 30; second++)); do
    state=$(chronyc -c tracking 2>/dev/null | awk -F , '{ print $NF }') || state=''
    if [[ $state == Normal ]]; then
      return
    fi
    sleep 1
  done
  refuse_for_now waiting-clock "the clock is not synchronised with metadata.google.internal: chronyc reports '$(chrony_state "$state")'"
}

chrony_state() {
  if [[ -n $1 ]]; then echo "$1"; else echo nothing; fi
}
`;
