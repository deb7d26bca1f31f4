// Before anything is drawn: the theme that the CRM named at the last visit. The system's until then.
try {
  const theme = localStorage.getItem('mxs-theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // In a frame the browser may close the storage to us.
}
