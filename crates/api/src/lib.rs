//! What the tab and the function say to each other.
