//! XML as far as the service speaks it: elements that hold text or other elements.

mod read;
mod write;

pub(crate) use read::read;
pub use read::{BODY_MAX, DEPTH_MAX, ELEMENTS_MAX};

/// An element. What was read has names without their prefixes: no two elements of the service that may stand at one
/// place differ by their namespace alone. What is written has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    /// What it says; of an element with children nothing, since only blanks stand between them.
    pub(crate) text: String,
}

/// An element of the messages' namespace, to be written.
pub(crate) fn m(name: &str) -> Element {
    Element { name: format!("m:{name}"), ..Element::default() }
}

/// An element of the types' namespace, to be written.
pub(crate) fn t(name: &str) -> Element {
    Element { name: format!("t:{name}"), ..Element::default() }
}

/// What stands in a list; `None` where that is a text instead of elements. One that is empty may be left out.
pub(crate) fn entries(list: Option<&Element>) -> Option<&[Element]> {
    match list {
        Some(list) if list.children.is_empty() && !list.text.trim().is_empty() => None,
        Some(list) => Some(&list.children),
        None => Some(&[]),
    }
}

impl Element {
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub(crate) fn child(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    #[must_use]
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    #[must_use]
    pub(crate) fn saying(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The first child of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element that a path of names leads to.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.get(name))
    }

    /// The children of this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// What the first child of this name says, as it stands; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).map(|child| child.text.as_str()).unwrap_or_default()
    }

    /// The same; `None` where the child is no text, and where this is one.
    pub(crate) fn said(&self, name: &str) -> Option<&str> {
        let child = entries(Some(self))?.iter().find(|child| child.name == name);
        child.map_or(Some(""), |child| child.children.is_empty().then_some(child.text.as_str()))
    }

    /// A word that the first child of this name says; the inner `None` where there is none, the outer one where the child
    /// is no text.
    pub(crate) fn said_word(&self, name: &str) -> Option<Option<&str>> {
        self.said(name).map(|text| Some(text.trim()).filter(|word| !word.is_empty()))
    }

    /// A word that the first child of this name says: without the blanks around it; `None` when there is none.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|word| !word.is_empty())
    }

    /// The first element of this name in it, however deep.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }
}
