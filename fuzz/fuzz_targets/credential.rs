//! libFuzzer's door to the target of this name in src/.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| throughline_fuzz::credential::run(data));
