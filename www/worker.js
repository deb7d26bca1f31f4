// The program that syncs, on a thread of its own (crates/worker).
import init, { listen } from './mxs_worker.js';

await init();
listen();
