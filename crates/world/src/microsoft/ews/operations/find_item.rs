//! The items in folders.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/finditem-operation>.

use super::{Message, Operation, Part, Reply, attribute, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, Folder};
use crate::microsoft::ews::items::{self, Found, Path, Shape, event};
use crate::microsoft::ews::names::{m, t};
use crate::microsoft::ews::page::{ENTRIES_MAX, Page};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::restriction::{Order, Restriction};
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "FindItem",
    since: Version::Exchange2007,
    parts: &[
        Part::required("ItemShape"),
        Part::optional("IndexedPageItemView FractionalPageItemView CalendarView ContactsView"),
        Part::optional("Restriction"),
        Part::optional("SortOrder"),
        Part::required("ParentFolderIds"),
        Part::optional("QueryString").since(Version::Exchange2010),
    ],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    match attribute(asked, "Traversal")? {
        "Shallow" | "SoftDeleted" | "Associated" => {}
        other => return Err(Refusal::schema(format!("The value '{other}' is invalid for 'Traversal'."))),
    }
    let shape = Shape::read_listed(asked.get("ItemShape"))?;
    items::check_shape(&shape, call.version)?;
    let asked_for = Asked {
        // Nobody sees items that belong to folders, such as views, and what was deleted softly.
        none: attribute(asked, "Traversal")? != "Shallow",
        page: Page::read(
            asked.get("IndexedPageItemView").or(asked.get("ContactsView")),
            asked.get("FractionalPageItemView"),
        )?,
        calendar: asked.get("CalendarView").cloned(),
        restriction: Restriction::read(asked.get("Restriction"))?,
        order: Order::read(asked.get("SortOrder"))?,
        words: asked.word("QueryString").map(str::to_lowercase),
        shape,
    };
    let one = |named: &Element| asked_for.find(call, &folders::find(call, named)?);
    let messages = inside(asked, "ParentFolderIds")?.iter().map(|parent| Message::of(one(parent), &[]));
    Ok(Reply::Each(messages.collect()))
}

struct Asked {
    none: bool,
    page: Page,
    /// `CalendarView`: what takes place in a window instead of what is in the folder.
    calendar: Option<Element>,
    restriction: Option<Restriction>,
    order: Order,
    words: Option<String>,
    shape: Shape,
}

impl Asked {
    fn find(&self, call: &EwsCall<'_, '_>, folder: &Folder) -> Result<Vec<Element>, Refusal> {
        if let Some(view) = &self.calendar {
            return self.view(call, folder, view);
        }
        let mut found = if self.none { Vec::new() } else { items::members(call, folder)? };
        if let Some(restriction) = &self.restriction {
            found.retain(|found| restriction.fits(&|path| items::text(call, found, path)));
        }
        if let Some(words) = &self.words {
            let says = |found: &Found, name| {
                items::text(call, found, &Path::field("item", name))
                    .is_some_and(|text| text.to_lowercase().contains(words))
            };
            found.retain(|found| says(found, "Subject") || says(found, "Body"));
        }
        if !self.order.is_empty() {
            found.sort_by_cached_key(|found| self.order.key(&|path| items::text(call, found, path)));
        }
        let count = found.len();
        let written = self.page.cut(&found).iter().map(|found| items::write(call, found, &self.shape));
        let written = written.collect::<Result<Vec<Element>, Refusal>>()?;
        Ok(vec![self.page.root(count).child(t("Items").children(written))])
    }

    fn view(&self, call: &EwsCall<'_, '_>, folder: &Folder, view: &Element) -> Result<Vec<Element>, Refusal> {
        if self.restriction.is_some() || !self.order.is_empty() {
            let text = "Restrictions and sort order may not be specified for a CalendarView.";
            return Err(Refusal::new("ErrorInvalidRequest", text));
        }
        let (found, count) = event::view(call, folder, view, ENTRIES_MAX)?;
        let written = found.iter().map(|found| items::write(call, found, &self.shape));
        let written = written.collect::<Result<Vec<Element>, Refusal>>()?;
        let root = m("RootFolder")
            .with("TotalItemsInView", &count.to_string())
            .with("IncludesLastItemInRange", if written.len() == count { "true" } else { "false" });
        Ok(vec![root.child(t("Items").children(written))])
    }
}
