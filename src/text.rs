//! Borrowed or owned: trust is given as static tables on bare metal and as a loaded file elsewhere.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::fmt;
use core::ops::Deref;

/// A string that is borrowed, or owned with the `alloc` feature.
#[derive(Clone)]
pub struct Text<'a>(TextInner<'a>);

#[derive(Clone)]
enum TextInner<'a> {
    Borrowed(&'a str),
    #[cfg(feature = "alloc")]
    Owned(Box<str>),
}

impl<'a> Text<'a> {
    /// Borrows `text`.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(TextInner::Borrowed(text))
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            TextInner::Borrowed(text) => text,
            #[cfg(feature = "alloc")]
            TextInner::Owned(text) => text,
        }
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text)
    }
}

#[cfg(feature = "alloc")]
impl From<alloc::string::String> for Text<'_> {
    fn from(text: alloc::string::String) -> Self {
        Self(TextInner::Owned(text.into_boxed_str()))
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

/// A slice that is borrowed, or owned with the `alloc` feature.
#[derive(Clone)]
pub struct List<'a, T>(ListInner<'a, T>);

#[derive(Clone)]
enum ListInner<'a, T> {
    Borrowed(&'a [T]),
    #[cfg(feature = "alloc")]
    Owned(Box<[T]>),
}

impl<'a, T> List<'a, T> {
    /// Borrows `items`.
    #[must_use]
    pub const fn new(items: &'a [T]) -> Self {
        Self(ListInner::Borrowed(items))
    }

    /// No items.
    #[must_use]
    pub const fn empty() -> Self {
        Self(ListInner::Borrowed(&[]))
    }
}

impl<T> Deref for List<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            ListInner::Borrowed(items) => items,
            #[cfg(feature = "alloc")]
            ListInner::Owned(items) => items,
        }
    }
}

#[cfg(feature = "alloc")]
impl<T> From<alloc::vec::Vec<T>> for List<'_, T> {
    fn from(items: alloc::vec::Vec<T>) -> Self {
        Self(ListInner::Owned(items.into_boxed_slice()))
    }
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<T: PartialEq> PartialEq for List<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for List<'_, T> {}

impl<T: fmt::Debug> fmt::Debug for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
