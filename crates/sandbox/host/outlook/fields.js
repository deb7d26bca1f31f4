// The contact properties that the page shows, and how texts become a Graph contact.

export const FIELDS = [
  { name: 'givenName', label: 'First name' },
  { name: 'surname', label: 'Last name' },
  { name: 'middleName', label: 'Middle name' },
  { name: 'displayName', label: 'Display name' },
  { name: 'yomiGivenName', label: 'Yomi first name' },
  { name: 'yomiSurname', label: 'Yomi last name' },
  { name: 'companyName', label: 'Company' },
  { name: 'department', label: 'Department' },
  { name: 'jobTitle', label: 'Job title' },
  { name: 'birthday', label: 'Birthday', type: 'date' },
  { name: 'emailAddresses', label: 'Email addresses, one a line (3 at most)', lines: true },
  { name: 'businessPhones', label: 'Business phones, one a line (2 at most)', lines: true },
  { name: 'homePhones', label: 'Home phones, one a line (2 at most)', lines: true },
  { name: 'mobilePhone', label: 'Mobile phone', type: 'tel' },
  ...['business', 'home', 'other'].flatMap((kind) => {
    const title = kind[0].toUpperCase() + kind.slice(1);
    return [
      ['street', 'street'],
      ['city', 'city'],
      ['state', 'state'],
      ['postalCode', 'postal code'],
      ['countryOrRegion', 'country'],
    ].map(([part, label]) => ({ name: `${kind}Address.${part}`, label: `${title} ${label}` }));
  }),
  { name: 'personalNotes', label: 'Notes', lines: true },
];

const LISTS = ['businessPhones', 'homePhones'];

/** A contact as texts, one for each field. */
export function valuesOf(contact) {
  const values = {};
  for (const { name } of FIELDS) {
    const [property, part] = name.split('.');
    const value = part ? contact[property]?.[part] : contact[property];
    if (name === 'emailAddresses') values[name] = (value ?? []).map(({ address }) => address).join('\n');
    else if (LISTS.includes(name)) values[name] = (value ?? []).join('\n');
    else if (name === 'birthday') values[name] = value?.slice(0, 10) ?? '';
    else values[name] = value ?? '';
  }
  return values;
}

/** The changed texts as a contact, or as the part of one that a PATCH needs. */
export function contactOf(values, changed, before) {
  const contact = {};
  const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);
  for (const name of changed) {
    const [property, part] = name.split('.');
    const value = values[name];
    if (part) contact[property] = { ...(contact[property] ?? before?.[property]), [part]: value };
    else if (name === 'emailAddresses') contact[name] = lines(value).map((address) => ({ address, name: values.displayName || address }));
    else if (LISTS.includes(name)) contact[name] = lines(value);
    // The hour at which Outlook keeps a birthday, so that the date is the same in nearly every zone.
    else if (name === 'birthday') contact[name] = value ? `${value}T11:59:00Z` : null;
    else contact[name] = value;
  }
  return contact;
}
