//! Bodies in memory: each up to a length and a time, all together up to a budget.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt as _;
use throughline_gate::Layer;

/// So much of something, shared by all calls.
#[derive(Clone, Debug)]
pub(crate) struct Budget(Arc<Counter>);

#[derive(Debug)]
struct Counter {
    most: usize,
    used: AtomicUsize,
}

/// A part of a [`Budget`], given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Budget,
    amount: usize,
}

impl Budget {
    pub(crate) fn new(most: usize) -> Self {
        Self(Arc::new(Counter { most, used: AtomicUsize::new(0) }))
    }

    /// A share of nothing, to begin with.
    pub(crate) fn share(&self) -> Share {
        Share { budget: self.clone(), amount: 0 }
    }

    #[cfg(test)]
    pub(crate) fn used(&self) -> usize {
        self.0.used.load(Ordering::Acquire)
    }
}

impl Share {
    /// Takes so much more; false, and nothing is taken, where there is no room for it.
    pub(crate) fn take(&mut self, more: usize) -> bool {
        let Counter { most, used } = &*self.budget.0;
        let room = |used: usize| used.checked_add(more).filter(|sum| sum <= most);
        let taken = used.fetch_update(Ordering::AcqRel, Ordering::Acquire, room).is_ok();
        if taken {
            self.amount = self.amount.saturating_add(more);
        }
        taken
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.0.used.fetch_sub(self.amount, Ordering::AcqRel);
    }
}

/// What a body may take.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    pub(crate) length: usize,
    /// From the first look at the body to its end. Needs the feature `tokio`.
    #[cfg_attr(not(feature = "tokio"), expect(dead_code, reason = "nothing measures it without tokio"))]
    pub(crate) time: Duration,
    pub(crate) budget: Budget,
}

impl Bounds {
    /// The whole body, and its share of the budget. Trailers are no part of the digest (token.md §8.3) and are dropped.
    pub(crate) async fn read<B>(&self, body: B) -> Result<(Bytes, Share), Layer>
    where
        B: Body<Data = Bytes>,
    {
        // Before anything is read, and before a client that waits for `100 Continue` sends it.
        let announced = body.size_hint().lower();
        if usize::try_from(announced).map_or(true, |announced| announced > self.length) {
            return Err(Layer::BodyTooLarge);
        }
        self.in_time(self.frames(body)).await
    }

    async fn frames<B>(&self, body: B) -> Result<(Bytes, Share), Layer>
    where
        B: Body<Data = Bytes>,
    {
        let mut body = pin!(body);
        let mut share = self.budget.share();
        // Most bodies come in one piece, which is not copied.
        let (mut first, mut whole) = (Bytes::new(), BytesMut::new());
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Layer::BodyCutOff)?.into_data() else { continue };
            let length = first.len().saturating_add(whole.len()).saturating_add(data.len());
            if length > self.length {
                return Err(Layer::BodyTooLarge);
            }
            if !share.take(data.len()) {
                return Err(Layer::Overloaded);
            }
            if first.is_empty() && whole.is_empty() {
                first = data;
            } else {
                whole.extend_from_slice(&std::mem::take(&mut first));
                whole.extend_from_slice(&data);
            }
        }
        Ok((if whole.is_empty() { first } else { whole.freeze() }, share))
    }

    #[cfg(feature = "tokio")]
    async fn in_time<T>(&self, reading: impl Future<Output = Result<T, Layer>>) -> Result<T, Layer> {
        tokio::time::timeout(self.time, reading).await.unwrap_or(Err(Layer::BodyTimeout))
    }

    #[cfg(not(feature = "tokio"))]
    async fn in_time<T>(&self, reading: impl Future<Output = Result<T, Layer>>) -> Result<T, Layer> {
        reading.await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_is_given_back_and_never_exceeded() {
        let budget = Budget::new(10);
        let (mut one, mut other) = (budget.share(), budget.share());
        assert!(one.take(6) && !other.take(5) && other.take(4) && !one.take(1));
        drop(one);
        assert!(other.take(6) && !other.take(1));
        drop(other);
        assert_eq!(budget.used(), 0);
    }
}
