### The card in which a person says what is synced, and how.

settings-title = Settings
settings-contacts = Sync contacts
settings-contacts-hint = Only contacts that you own in the CRM take part.

settings-direction = Direction
settings-both = Both ways
settings-both-hint = A change on either side is made on the other.
settings-to-crm = Exchange to CRM
settings-to-crm-hint = The mailbox decides. Changes made in the CRM are overwritten.
settings-to-exchange = CRM to Exchange
settings-to-exchange-hint = The CRM decides. Changes made in the mailbox are overwritten.

settings-winner = If both sides changed the same field
settings-winner-crm = CRM wins
settings-winner-exchange = Exchange wins

settings-save = Save changes
settings-saving = Saving
settings-discard = Discard changes
settings-dirty = You have unsaved changes
settings-saved = Changes saved
