// Day, Night, or whatever the system prefers.

const KEY = 'sandbox-mode';
const MODES = { system: 'System', day: 'Day', night: 'Night' };
const dark = matchMedia('(prefers-color-scheme: dark)');

const chosen = () => (localStorage.getItem(KEY) in MODES ? localStorage.getItem(KEY) : 'system');

/** What CONFIG.getUserPreference tells a widget. */
export function theme() {
  const mode = chosen();
  return mode === 'night' || (mode === 'system' && dark.matches) ? 'Night' : 'Day';
}

export function setUpMode(select) {
  for (const [value, label] of Object.entries(MODES)) select.append(new Option(label, value));
  select.value = chosen();
  const apply = () => {
    document.documentElement.dataset.mode = select.value;
    localStorage.setItem(KEY, select.value);
  };
  select.addEventListener('change', apply);
  apply();
}
