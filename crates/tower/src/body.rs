//! The bodies that a guarded service gets and gives.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::buffer::Share;

pin_project! {
    /// The body of a request behind the gate: the bytes that its proof covers, or, of a request that passed without a token, the body as it comes.
    pub struct Guarded<B> {
        #[pin]
        body: Inner<B>,
        // Given back when the body is dropped.
        share: Option<Share>,
    }
}

pin_project! {
    /// The body of an answer: of the service behind the gate, or of a refusal.
    pub struct Answer<B> {
        #[pin]
        body: Inner<B>,
    }
}

pin_project! {
    #[project = Projected]
    enum Inner<B> {
        Whole { bytes: Bytes },
        Streamed { #[pin] body: B },
    }
}

impl<B> Guarded<B> {
    pub(crate) const fn whole(bytes: Bytes, share: Share) -> Self {
        Self { body: Inner::Whole { bytes }, share: Some(share) }
    }

    pub(crate) const fn streamed(body: B) -> Self {
        Self { body: Inner::Streamed { body }, share: None }
    }
}

impl<B> Answer<B> {
    pub(crate) const fn refusal(bytes: Bytes) -> Self {
        Self { body: Inner::Whole { bytes } }
    }

    pub(crate) const fn of_service(body: B) -> Self {
        Self { body: Inner::Streamed { body } }
    }
}

macro_rules! body {
    ($name:ident) => {
        impl<B: Body<Data = Bytes>> Body for $name<B> {
            type Data = Bytes;
            type Error = B::Error;

            fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
                self.project().body.poll(cx)
            }

            fn is_end_stream(&self) -> bool {
                self.body.is_end()
            }

            fn size_hint(&self) -> SizeHint {
                self.body.size()
            }
        }

        impl<B> fmt::Debug for $name<B> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

body!(Guarded);
body!(Answer);

impl<B: Default> Default for Answer<B> {
    fn default() -> Self {
        Self::of_service(B::default())
    }
}

impl<B: Body<Data = Bytes>> Inner<B> {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project() {
            Projected::Whole { bytes } if bytes.is_empty() => Poll::Ready(None),
            Projected::Whole { bytes } => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Projected::Streamed { body } => body.poll_frame(cx),
        }
    }

    fn is_end(&self) -> bool {
        match self {
            Self::Whole { bytes } => bytes.is_empty(),
            Self::Streamed { body } => body.is_end_stream(),
        }
    }

    fn size(&self) -> SizeHint {
        match self {
            Self::Whole { bytes } => SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Self::Streamed { body } => body.size_hint(),
        }
    }
}
