//! The library's answers to conformance vectors over a module's own memory: a question goes in where `room` says, `ask` answers.
//!
//! The module imports nothing: it has no clock, no random numbers, no files and no network to ask.

use std::cell::RefCell;

use throughline_conformance::{answer, judge, read_question};

thread_local! {
    static QUESTION: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Makes room for a question of so many bytes; where it is to be written.
#[unsafe(no_mangle)]
pub extern "C" fn room(len: usize) -> *mut u8 {
    QUESTION.with_borrow_mut(|question| {
        question.clear();
        question.resize(len, 0);
        question.as_mut_ptr()
    })
}

/// Answers what was written there; how long the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn ask() -> usize {
    let line = QUESTION.with_borrow(|question| String::from_utf8_lossy(question).into_owned());
    let text = match read_question(&line) {
        Ok(vector) => answer(&judge(&vector)),
        Err(error) => format!("not a vector: {error}"),
    };
    ANSWER.with_borrow_mut(|answer| {
        *answer = text;
        answer.len()
    })
}

/// Where the last answer is.
#[unsafe(no_mangle)]
pub extern "C" fn answered() -> *const u8 {
    ANSWER.with_borrow(|answer| answer.as_ptr())
}
