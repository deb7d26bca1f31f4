// Where Microsoft sends the browser back to: hands the answer to the tab that opened this window, and closes it.
const query = location.search;

// The answer holds a code: it stays in no history and no address bar.
history.replaceState(null, '', location.pathname);

// Only a page of this origin hears it; the tab looks again at who sent it, and at the state.
if (window.opener) window.opener.postMessage({ mxsAuthQuery: query }, location.origin);
window.close();
