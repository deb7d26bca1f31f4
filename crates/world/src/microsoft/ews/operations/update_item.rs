//! Changes of items.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/updateitem-operation>.

use super::{Message, Operation, Part, Reply, attribute, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::items::{self, Manner};
use crate::microsoft::ews::names::{m, said, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "UpdateItem",
    since: Version::Exchange2007,
    parts: &[Part::optional("SavedItemFolderId"), Part::required("ItemChanges")],
    run,
};

/// What happens to a change that was made to an older version of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Conflict {
    NeverOverwrite,
    AutoResolve,
    AlwaysOverwrite,
}

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let manner = Manner::read(asked)?;
    let conflict = match attribute(asked, "ConflictResolution")? {
        "NeverOverwrite" => Conflict::NeverOverwrite,
        "AutoResolve" => Conflict::AutoResolve,
        "AlwaysOverwrite" => Conflict::AlwaysOverwrite,
        other => return Err(Refusal::schema(format!("The value '{other}' is invalid for 'ConflictResolution'."))),
    };
    let mut messages = Vec::new();
    for change in inside(asked, "ItemChanges")? {
        let changed = one(call, change, conflict, &manner);
        if let Err(refusal) = &changed
            && refusal.code == "ErrorSchemaValidation"
        {
            return Err(refusal.clone());
        }
        messages.push(Message::of(changed, &["Items"]));
    }
    Ok(Reply::Each(messages))
}

fn one(
    call: &mut EwsCall<'_, '_>,
    change: &Element,
    conflict: Conflict,
    manner: &Manner,
) -> Result<Vec<Element>, Refusal> {
    let [id, updates] = change.children.as_slice() else {
        return Err(Refusal::schema("The element 'ItemChange' has incomplete content."));
    };
    if change.name != "ItemChange" || updates.name != "Updates" || updates.children.is_empty() {
        return Err(Refusal::schema("The element 'ItemChange' has invalid content."));
    }
    let found = items::find(call, id)?;
    items::check_manner(&found, manner)?;
    check_key(&items::looks(call, &found)?.base.change_key, id, conflict)?;
    items::change(call, &found, updates, manner)?;
    call.context.counters.wrote("ews items changed");
    let written = t(items::element(call, &found)?).child(items::write_id(call, &found)?);
    Ok(vec![m("Items").child(written), m("ConflictResults").child(said("Count", 0))])
}

/// Whether a change meets the version of the item that it was made for.
///
/// `AutoResolve` merges by property what two programs changed at the same time, and refuses where they changed the same
/// one. The store doesn't remember its earlier versions, so here every other version is refused: the harder case.
fn check_key(current: &str, id: &Element, conflict: Conflict) -> Result<(), Refusal> {
    let given = id.attribute("ChangeKey").filter(|key| !key.is_empty());
    match (conflict, given) {
        (Conflict::AlwaysOverwrite, _) => Ok(()),
        (_, Some(key)) if key == current => Ok(()),
        (_, None) => {
            let text = "A change key is required for this operation.";
            Err(Refusal::new("ErrorChangeKeyRequiredForWriteOperations", text))
        }
        (_, Some(key)) if !super::is_change_key(key) => {
            Err(Refusal::new("ErrorInvalidChangeKey", "The change key is invalid."))
        }
        (Conflict::NeverOverwrite | Conflict::AutoResolve, Some(_)) => {
            let text = "The send or update operation could not be performed because the change key passed in the request \
                        does not match the current change key for the item.";
            Err(Refusal::new("ErrorIrresolvableConflict", text))
        }
    }
}
