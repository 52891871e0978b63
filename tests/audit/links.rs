//! A log that was changed, cut off or put in another order shows.

use super::*;

#[test]
fn a_log_as_written_is_good() {
    for form in FORMS {
        let (log, head) = log(form);
        assert_eq!(read(form, &log, &head), Ok(head));
        assert_eq!(u64::try_from(split(form, &log).len()), Ok(head.records));
    }
}

/// What stands before the record that is changed was read, and is good.
#[test]
fn every_changed_byte_shows() {
    for form in FORMS {
        let (log, head) = log(form);
        let mut damaged = log.clone();
        for (before, start, record) in places(form, &log) {
            for at in start..start + record.len() {
                for bit in [0, 5] {
                    damaged[at] ^= 1 << bit;
                    let read = read_from(before, form, &damaged[start..], &head);
                    assert!(read.is_err(), "{form:?}, byte {at}, bit {bit}");
                    damaged[at] = log[at];
                }
            }
        }
    }
}

#[test]
fn every_cut_shows() {
    for form in FORMS {
        let (log, head) = log(form);
        for (before, start, record) in places(form, &log) {
            for end in 0..record.len() {
                let read = read_from(before, form, &log[start..start + end], &head);
                assert!(read.is_err(), "{form:?}, {} bytes", start + end);
            }
        }
    }
}

#[test]
fn a_log_that_ends_at_a_record_is_cut_off_all_the_same() {
    for form in FORMS {
        let (log, head) = log(form);
        let last = split(form, &log).last().unwrap().len();
        let cut = read(form, &log[..log.len() - last], &head);
        assert_eq!(cut, Err(Broken::CutOff { records: head.records - 1, expected: head.records }));
    }
}

#[test]
fn every_record_removed_repeated_or_swapped_shows() {
    for form in FORMS {
        let (log, head) = log(form);
        let records = split(form, &log);
        for at in 0..records.len() {
            let removed: Vec<&[u8]> =
                records.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, one)| *one).collect();
            assert!(read(form, &removed.concat(), &head).is_err(), "{form:?}: {at} removed");
            let mut repeated = records.clone();
            repeated.insert(at, records[at]);
            assert!(read(form, &repeated.concat(), &head).is_err(), "{form:?}: {at} repeated");
            for other in 0..at {
                let mut swapped = records.clone();
                swapped.swap(at, other);
                assert!(read(form, &swapped.concat(), &head).is_err(), "{form:?}: {at} and {other} swapped");
            }
        }
    }
}

#[test]
fn a_log_written_anew_shows_against_a_head_noted_before() {
    for form in FORMS {
        let (_, head) = log(form);
        let (mut forged, mut log) = (Head::EMPTY, Vec::new());
        for _ in 0..head.records + 3 {
            forged.append(form, NOW, Event::Closed, &mut log);
        }
        assert_eq!(read(form, &log, &head), Err(Broken::Head { records: head.records }));
        assert_eq!(read(form, &log, &forged), Ok(forged));
    }
}

#[test]
fn a_log_goes_on_in_another_file() {
    for form in FORMS {
        let (_, mut head) = log(form);
        let (before, mut next) = (head, Vec::new());
        head.append(form, NOW, Event::Closed, &mut next);
        let mut reader = before;
        assert!(reader.follow(form, &next).is_ok());
        assert_eq!(reader, head);
        assert_eq!(Head::EMPTY.clone().follow(form, &next), Err(Broken::Number { record: 0, says: before.records }));
        let other = Head::new(before.records, Digest::of(&[b"another"]));
        assert_eq!(other.clone().follow(form, &next), Err(Broken::Link { record: before.records }));
    }
}

#[test]
fn another_encoding_of_a_record_is_refused() {
    let (log, _) = log(Form::JsonLines);
    let line = split(Form::JsonLines, &log)[0];
    let text = std::str::from_utf8(line).unwrap();
    for (from, to) in [
        ("{\"v\":0", "{ \"v\":0"),
        ("\"v\":0", "\"v\":0.0"),
        ("\"seq\":0", "\"seq\":00"),
        ("\"v\":0,\"seq\":0", "\"seq\":0,\"v\":0"),
        ("\\n", "\\u000a"),
        ("\"v\":0", "\"v\":1"),
        ("}\n", ",\"more\":1}\n"),
        ("\"seq\":0", "\"seq\":0,\"seq\":0"),
        ("}\n", "}\r\n"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text, "{from}");
        let read = Head::EMPTY.clone().follow(Form::JsonLines, other.as_bytes());
        assert_eq!(read, Err(Broken::Malformed { record: 0 }), "{to}");
    }
    let upper = text.replace("0000", "000A");
    assert!(Head::EMPTY.clone().follow(Form::JsonLines, upper.as_bytes()).is_err());
}

#[test]
fn a_head_is_written_and_read() {
    let (_, head) = log(Form::Cbor);
    assert_eq!(head.to_string().parse(), Ok(head));
    assert_eq!(Head::EMPTY.to_string(), format!("0:{}", "0".repeat(64)));
    for wrong in ["", "0", "0:00", "x:", &format!("1:{}", "0".repeat(66)), &format!("1:{}", "G".repeat(64))] {
        assert!(wrong.parse::<Head>().is_err(), "{wrong}");
    }
}
