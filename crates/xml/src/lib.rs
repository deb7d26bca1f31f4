//! XML as far as Exchange Web Services speak it: elements that hold text or other elements.
//!
//! Whoever reads may look at the namespaces ([`Element::namespace`]) or leave them: no two elements of the service
//! that may stand at one place differ by their namespace alone. Whoever writes declares prefixes as attributes.

mod namespace;
mod read;
mod write;

pub use namespace::Namespace;
pub use read::{BODY_MAX, DEPTH_MAX, ELEMENTS_MAX, Unreadable, read};

/// An element. What was read has its name without the prefix and says its namespace; what is to be written has its name
/// with the prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// The name: of what was read without its prefix.
    pub name: String,
    /// Where the name is from, of what was read.
    pub namespace: Namespace,
    /// The attributes but for declarations of namespaces; of what was read without their prefixes.
    pub attributes: Vec<(String, String)>,
    /// The elements in it.
    pub children: Vec<Element>,
    /// What it says; of an element with children nothing, since only blanks stand between them.
    pub text: String,
}

/// What stands in a list; `None` where that is a text instead of elements. One that is empty may be left out.
pub fn entries(list: Option<&Element>) -> Option<&[Element]> {
    match list {
        Some(list) if list.children.is_empty() && !list.text.trim().is_empty() => None,
        Some(list) => Some(&list.children),
        None => Some(&[]),
    }
}

impl Element {
    /// An element of this name that holds nothing.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same with one more attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with one more element in it.
    #[must_use]
    pub fn child(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    /// The same with more elements in it.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    /// The same with this text.
    #[must_use]
    pub fn saying(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The first child of this name.
    pub fn get(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element that a path of names leads to.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.get(name))
    }

    /// The children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// What the first child of this name says, as it stands; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).map(|child| child.text.as_str()).unwrap_or_default()
    }

    /// The same; `None` where the child is no text, and where this is one.
    pub fn said(&self, name: &str) -> Option<&str> {
        let child = entries(Some(self))?.iter().find(|child| child.name == name);
        child.map_or(Some(""), |child| child.children.is_empty().then_some(child.text.as_str()))
    }

    /// A word that the first child of this name says; the inner `None` where there is none, the outer one where the child
    /// is no text.
    pub fn said_word(&self, name: &str) -> Option<Option<&str>> {
        self.said(name).map(|text| Some(text.trim()).filter(|word| !word.is_empty()))
    }

    /// A word that the first child of this name says: without the blanks around it; `None` when there is none.
    pub fn word(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|word| !word.is_empty())
    }

    /// The first element of this name in it, however deep.
    pub fn find(&self, name: &str) -> Option<&Element> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }
}
