import { parentPort, workerData } from 'node:worker_threads';
import { commonGround, wholeOf, type Ballots } from '../opinion/index.ts';

// One computation in the life of a thread. `foundInThread` alone begins one, with ballots.
// oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin to name
parentPort?.postMessage(wholeOf(commonGround(workerData as Ballots)));
