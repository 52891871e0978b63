//! Choices of which some are mistakes, and how often. Where a fuzzer's bytes end every choice is the first: generators put what is right
//! there.

use crate::choices::Choices;

/// Choices, of which some are mistakes.
pub(crate) struct Draw<'d> {
    choices: Choices<'d>,
    /// How many of the 256 values of a byte stand for a mistake.
    mistakes: u8,
}

impl<'d> Draw<'d> {
    /// The first byte says how often mistakes are made; for many inputs never, so that their whole stories are judged.
    pub(crate) fn new(data: &'d [u8]) -> Self {
        let mut draw = Self { choices: Choices(data), mistakes: 0 };
        draw.mistakes = draw.of(&[0, 1, 2, 3, 6, 12]);
        draw
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.choices.byte()
    }

    /// A number below `bound`, which is at most 256; 0 below nothing.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.choices.below(bound)
    }

    /// One of these.
    pub(crate) fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// One of these, if there are any.
    pub(crate) fn any<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        let at = self.below(choices.len());
        choices.get(at).cloned()
    }

    /// Once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// Whether a mistake is made here.
    pub(crate) fn errs(&mut self) -> bool {
        self.byte() > u8::MAX - self.mistakes
    }

    /// What is right, or by mistake one of these.
    pub(crate) fn right_or<T: Clone>(&mut self, right: T, wrong: &[T]) -> T {
        if self.errs() { self.any(wrong).unwrap_or(right) } else { right }
    }

    /// Some of these, in their order.
    pub(crate) fn some<T: Clone>(&mut self, choices: &[T]) -> Vec<T> {
        choices.iter().filter(|_| self.once_in(2)).cloned().collect()
    }
}

/// Whether it panics; without a word about it.
#[cfg(test)]
pub(crate) fn panics(judge: impl FnOnce() + std::panic::UnwindSafe) -> bool {
    static QUIET: std::sync::Once = std::sync::Once::new();
    // What fails a test is said by the thread of the test, once it has been decided here.
    QUIET.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !EXPECTED.get() {
                loud(info);
            }
        }));
    });
    EXPECTED.set(true);
    let panicked = std::panic::catch_unwind(judge).is_err();
    EXPECTED.set(false);
    panicked
}

#[cfg(test)]
thread_local! {
    static EXPECTED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// xorshift64*: inputs that are the same in every run.
pub(crate) fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0]
    };
    (0..len).map(|_| next()).collect()
}
