// The contact fields that the pages show: API name, label, and how each is edited.

export const FIELDS = [
  { name: 'First_Name', label: 'First name' },
  { name: 'Last_Name', label: 'Last name', required: true },
  { name: 'Title', label: 'Title' },
  { name: 'Department', label: 'Department' },
  { name: 'Email', label: 'Email', type: 'email' },
  { name: 'Secondary_Email', label: 'Secondary email', type: 'email' },
  { name: 'Phone', label: 'Phone', type: 'tel' },
  { name: 'Mobile', label: 'Mobile', type: 'tel' },
  { name: 'Home_Phone', label: 'Home phone', type: 'tel' },
  { name: 'Other_Phone', label: 'Other phone', type: 'tel' },
  { name: 'Date_of_Birth', label: 'Date of birth', type: 'date' },
  { name: 'Assistant', label: 'Assistant' },
  { name: 'Mailing_Street', label: 'Mailing street' },
  { name: 'Mailing_City', label: 'Mailing city' },
  { name: 'Mailing_State', label: 'Mailing state' },
  { name: 'Mailing_Zip', label: 'Mailing zip' },
  { name: 'Mailing_Country', label: 'Mailing country' },
  { name: 'Other_Street', label: 'Other street' },
  { name: 'Other_City', label: 'Other city' },
  { name: 'Other_State', label: 'Other state' },
  { name: 'Other_Zip', label: 'Other zip' },
  { name: 'Other_Country', label: 'Other country' },
  { name: 'Description', label: 'Description', multiline: true },
];

export const fullName = (record) => [record.First_Name, record.Last_Name].filter(Boolean).join(' ');

/** A moment of the CRM in the reader's own zone. */
export const when = (text) => (text ? new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) : '');
