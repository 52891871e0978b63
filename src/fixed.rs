//! A list with a fixed capacity and no allocation.

/// Up to `N` items, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fixed<T, const N: usize> {
    items: [Option<T>; N],
    len: usize,
}

impl<T: Copy, const N: usize> Fixed<T, N> {
    pub(crate) const fn new() -> Self {
        Self { items: [None; N], len: 0 }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Appends, and returns the item's index; `None` when it is full.
    pub(crate) fn push(&mut self, item: T) -> Option<usize> {
        let index = self.len;
        *self.items.get_mut(index)? = Some(item);
        self.len = index.saturating_add(1);
        Some(index)
    }
}

impl<T, const N: usize> Fixed<T, N> {
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        self.items.get(index)?.as_ref()
    }

    pub(crate) fn last(&self) -> Option<&T> {
        self.get(self.len.checked_sub(1)?)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.items.get(..self.len).unwrap_or_default().iter().flatten()
    }
}
