import { writeFileSync } from 'node:fs';

// Loaded into a measured process: only it knows its own peak.
process.on('exit', () => writeFileSync(process.env.BENCH_PEAK!, String(process.resourceUsage().maxRSS)));
