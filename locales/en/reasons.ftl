### Why a contact is not in sync, and what a person can do. The codes stand in crates/core/src/reason.rs.

# One: a copy that an interrupted sync began may be this contact, edited since.
reason-ambiguous-match = { $candidates ->
    [one] A contact on the other side may be the same one, and that can't be told for sure. If it is, make both alike in name or email; if it is not, make them differ. Then sync again.
   *[other] Several contacts on the other side fit equally well ({ NUMBER($candidates) }). Merge the duplicates, or make them differ in name or email, and sync again.
}
# $side had no time.
reason-busy = { $side ->
    [crm] The CRM had no time for it. The next sync tries again.
   *[exchange] Microsoft had no time for it. The next sync tries again.
}
reason-outcome-unknown = The connection broke while it was written, so nobody knows whether it was. The next sync finds out.
reason-category = Its categories are not among those that take part.
reason-deleted-on-target = It was deleted on the side that only receives. It comes back when you edit it on the other side.
reason-held-mass-delete = It was deleted together with many others. Confirm the deletions to go on.
# $side is where it left.
reason-left-scope = { $side ->
    [crm] In the CRM it now belongs to somebody else or is out of your reach. Its partner in Exchange stays as it is.
   *[exchange] In Exchange it left the folder that is synced. Its partner in the CRM stays as it is.
}
# $recipients would get a mail.
reason-held-mails = { $recipients ->
    [one] To write it, Microsoft would mail { NUMBER($recipients) } person. It waits until you allow that.
   *[other] To write it, Microsoft would mail { NUMBER($recipients) } people. It waits until you allow that.
}
reason-kept-alone = Its partner was deleted on the other side, and deletions are not carried over. It gets a new partner when you edit it.
reason-lost-and-found = It had no partner at the first sync. Decide what becomes of it.
reason-missing-last-name = The CRM needs a last name, and this contact has none. Add one in Outlook.
reason-no-account = The CRM has no account with the name of its company. Everything else is in sync. Add the account, and edit the contact.
reason-not-in-direction = Records don't flow this way with the chosen direction.
# $side has no way to write $field, a name of the list below.
reason-not-writable = { $side ->
    [crm] The CRM has no way to change the { $field }. Change it there by hand. Everything else is in sync.
   *[exchange] Microsoft has no way to change the { $field }. Change it there by hand. Everything else is in sync.
}
reason-private = It is marked private, and private items stay in the mailbox.
reason-still-changing = Somebody was editing it at that moment. The next sync tries again.
reason-through-colleague = It is in the CRM already, through a colleague's mailbox.
# $side is where it is.
reason-unreadable = { $side ->
    [crm] What the CRM says of it can't be understood, so it alone stays as it is. Every sync tries again.
   *[exchange] What Microsoft says of it can't be understood, so it alone stays as it is. Every sync tries again.
}
reason-unmatched = It had no partner at the first sync, and such records stay on their side.

## Refused by the CRM or by Microsoft

# $side refused; $code is the vendor's code, $status the HTTP status.
reason-refused = { $side ->
    [crm] The CRM refused it ({ $code }, HTTP { $status }).
   *[exchange] Microsoft refused it ({ $code }, HTTP { $status }).
}
# $field is a name of the list below.
reason-refused-field = { $side ->
    [crm] The CRM refused the { $field } ({ $code }, HTTP { $status }).
   *[exchange] Microsoft refused the { $field } ({ $code }, HTTP { $status }).
}
refused-too-long = Shorten it to { NUMBER($length) } characters and sync again.
refused-todo = { $code ->
    [DUPLICATE_DATA] Another record already has this value, and it must be unique: merge the two, or change one.
    [MANDATORY_NOT_FOUND] The CRM requires a field that is empty: fill it in, or make it optional in the CRM.
    [INVALID_DATA] Correct the value and sync again.
    [NO_PERMISSION] Ask a CRM administrator for the permission to edit contacts.
    [RECORD_LOCKED] The record is locked: unlock it in the CRM and sync again.
    [RECORD_IN_BLUEPRINT] The record is in a blueprint: finish that step in the CRM and sync again.
   *[other] Correct the contact and sync again. If it is refused again, ask your administrator.
}

## Fields

field = { $field ->
    [assistant] assistant
    [attendees] attendees
    [birthday] birthday
    [business_phone] business phone
    [business_phone2] second business phone
    [categories] categories
    [company] company
    [department] department
    [due] due date
    [email1] email
    [email2] second email
    [email3] third email
    [end] end
    [exclusions] cancelled days
    [given_name] first name
    [home_city] home city
    [home_country] home country
    [home_phone] home phone
    [home_phone2] second home phone
    [home_postal_code] home postal code
    [home_state] home state
    [home_street] home street
    [im_address] chat address
    [job_title] job title
    [location] place
    [mobile_phone] mobile phone
    [notes] notes
    [priority] priority
    [recurrence] recurrence
    [reminder] reminder
    [start] start
    [status] status
    [subject] subject
    [surname] last name
    [title] title
    [work_city] business city
    [work_country] business country
    [work_postal_code] business postal code
    [work_state] business state
    [work_street] business street
   *[other] field
}
