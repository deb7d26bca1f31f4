// Fetches the configuration, the CRM's SDK and the tab side by side, and starts the tab.
import init, { start } from './ms_exchange_sync.js';

const config = fetch('config.json')
  .then((answer) => (answer.ok ? answer.json() : null))
  .catch(() => null);

// Kept in any case: the tab finds out by asking the CRM whether the script came.
const sdk = config
  .then(({ crm }) => crm.sdk)
  .then(
    (address) =>
      new Promise((done) => {
        const script = document.createElement('script');
        script.onload = script.onerror = () => done();
        script.src = address;
        document.head.append(script);
      }),
  )
  .catch(() => {});

const [contents] = await Promise.all([config, init()]);
start(contents, sdk);
