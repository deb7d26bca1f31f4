### Words of the whole tab. One noun for one thing: "the CRM", "Exchange" (the mailbox's side), "record" (a contact, task or event on either side).

-product = MS Exchange Sync

product = { -product }
skip-to-content = Skip to content
loading = Loading
try-again = Try again

## Who is here

# $name is the CRM user, $organisation the CRM organisation.
person = { $name }, { $organisation }
person-role = Signed in to the CRM as

## Explanations of errors

error-why = Why
error-todo = What to do
error-code = Code
# $code and $detail are stable codes; $detail is the vendor's.
error-code-detail = { $code } ({ $detail })
