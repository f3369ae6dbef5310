import { writeFileSync } from 'node:fs';

// Loaded into a measured process, which reports its own peak memory.
process.on('exit', () => writeFileSync(process.env.BENCH_PEAK!, String(process.resourceUsage().maxRSS)));
