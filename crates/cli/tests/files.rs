//! Keys and files: who may read them, what is never overwritten, what openssl makes.

mod common;

use std::fs;
use std::process::Command;

use common::{ALICE, AUDIENCE, GET, NOW, READ, World};

#[cfg(unix)]
#[test]
fn private_keys_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = World::new("modes");
    let mode = |name: &str| fs::metadata(world.path(name)).unwrap().permissions().mode() & 0o777;
    world.ok("keygen a.key");
    assert_eq!(mode("a.key"), 0o600);
    world.write("b.key", "");
    fs::set_permissions(world.path("b.key"), fs::Permissions::from_mode(0o644)).unwrap();
    world.ok("keygen b.key --force");
    assert_eq!(mode("b.key"), 0o600);
    assert_eq!(world.files(), ["a.key", "a.pub", "b.key", "b.pub"]);
}

#[test]
fn secrets_are_never_printed() {
    let world = World::with_story("secrets");
    let key = String::from_utf8(world.read("worker.key")).unwrap();
    let secret = key.lines().nth(1).unwrap();
    for line in
        ["key show worker.key", "key show worker.key --json", "key show --pem worker.key", "keygen new.key --json"]
    {
        let text = world.ok(line);
        assert!(!text.contains(secret) && !text.contains("PRIVATE"), "{line}");
    }
    world.unusable(
        "attest --key attester.key --name https://a.example --subject https://b.example --subject-key worker.key \
         --accountable https://c.example",
        "worker.key: a private key where a public one belongs (throughline key show --pem FILE prints it)",
    );
}

#[test]
fn keys_are_not_overwritten_unless_it_is_said() {
    let world = World::new("overwrite");
    world.ok("keygen a.key");
    let (private, public) = (world.read("a.key"), world.read("a.pub"));
    world.unusable("keygen a.key", "a.key: exists already; --force replaces it");
    world.unusable("keygen b.key --public a.pub", "a.pub: exists already; --force replaces it");
    world.unusable("keygen a.pub", "a.pub: private and public key need two files; name the other with --public");
    assert_eq!((world.read("a.key"), world.read("a.pub")), (private.clone(), public));
    assert_eq!(world.files(), ["a.key", "a.pub"]);
    world.ok("keygen a.key --force");
    assert_ne!(world.read("a.key"), private);
    let pem = world.ok("key show --pem a.key");
    assert_eq!(pem.as_bytes(), world.read("a.pub"));
}

#[test]
fn results_are_written_whole_or_not_at_all() {
    let world = World::with_trust("whole");
    let originate = |out: &str| format!("originate {ALICE} --grant 'calendar.read calendar/alice/*' --out {out}");
    world.unusable(&originate("alice.key"), "alice.key: holds a private key, which is not overwritten");
    world.unusable(&originate("."), ".: is a directory");
    world.unusable(&originate("no/where"), "no/where: no such file");
    world.ok(&originate("root.token"));
    let first = world.read("root.token");
    world.ok(&originate("root.token"));
    assert_ne!(world.read("root.token"), first);
    let before = world.read("root.token");
    world.refused(
        "continue --token root.token --key worker.key --unvouched --out root.token",
        "continue: link 1: the link before allows no successor (successor-not-allowed, V701)",
    );
    assert_eq!(world.read("root.token"), before);
    assert!(!world.files().iter().any(|name| name.starts_with('.')), "{:?}", world.files());
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_its_target_is_replaced() {
    let world = World::with_trust("links");
    world.write("target", "old");
    std::os::unix::fs::symlink("target", world.path("link")).unwrap();
    world.ok(&format!("originate {ALICE} --grant 'calendar.read calendar/alice/*' --out link"));
    assert!(fs::symlink_metadata(world.path("link")).unwrap().is_symlink());
    assert_eq!(world.read("target").first(), Some(&0xd2));
    world.ok(&format!("originate {ALICE} --grant 'calendar.read calendar/alice/*' --out /dev/null"));
}

#[test]
fn replay_directory_that_cannot_be_one_said() {
    let world = World::with_story("replay-dir");
    let admit = format!("admit --trust trust.json --token worker.token --proof request.proof {AUDIENCE} {GET} {READ}");
    world.unusable(&format!("{admit} --replay-dir trust.json"), "trust.json: exists already");
}

#[test]
fn keys_made_by_openssl_work_from_root_to_admission() {
    let Some(world) = with_openssl("openssl-story") else { return };
    openssl(&world, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out alice.key");
    openssl(&world, "pkey -in alice.key -pubout -out alice.pub");
    openssl(&world, "ecparam -name prime256v1 -genkey -noout -out attester.sec1");
    openssl(&world, "pkcs8 -topk8 -nocrypt -in attester.sec1 -out attester.key");
    openssl(&world, "ec -in attester.key -pubout -out attester.pub");
    // With a block of parameters before the key.
    openssl(&world, "ecparam -name prime256v1 -genkey -out worker.key");
    openssl(&world, "pkey -in worker.key -pubout -out worker.pub");
    assert_eq!(world.thumbprint("alice"), world.ok("key show --thumbprint alice.pub").trim());
    assert_eq!(world.ok("key show --pem worker.key").as_bytes(), world.read("worker.pub"));
    world.trust("");
    world.attest("worker", common::SUBJECT, "worker.cred");
    world.originate(&format!("--next-identifier {} --out root.token", common::SUBJECT));
    world.ok("continue --token root.token --key worker.key --credential worker.cred --out worker.token");
    world.ok(&format!("prove --token worker.token --key worker.key {AUDIENCE} {GET} --out request.proof"));
    world.ok(&format!("admit --trust trust.json --token worker.token --proof request.proof {AUDIENCE} {GET} {READ}"));
}

#[test]
fn session_of_the_readme_runs_as_it_stands() {
    let Some(world) = with_openssl("readme") else { return };
    let readme = include_str!("../README.md");
    let blocks = |fence: &str| -> Vec<String> {
        readme.split(fence).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
    };
    world.write("session.sh", blocks("```sh\n").concat());
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_throughline"));
    let folder = program.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let output =
        Command::new("sh").args(["-eu", "session.sh"]).env("PATH", path).current_dir(world.path("")).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert!(stdout.contains("\nADMITTED       signed proof, used up\n"), "{stdout}");
    for line in blocks("```text\n").concat().lines() {
        let (start, end) = line.split_once("...").unwrap_or((line, ""));
        assert!(stderr.lines().any(|said| said.starts_with(start) && said.ends_with(end)), "{line}\n{stderr}");
    }
    // `!` keeps `-e` from seeing a status, so the lines are counted: four refusals and nothing else.
    assert_eq!(stderr.lines().filter(|line| line.starts_with("throughline: ")).count(), 4, "{stderr}");
}

#[test]
fn openssl_reads_what_keygen_writes() {
    let Some(world) = with_openssl("openssl-reads") else { return };
    world.ok("keygen a.key");
    openssl(&world, "pkey -in a.key -pubout -out again.pub");
    openssl(&world, "pkey -in a.key -check -noout");
    assert_eq!(world.read("again.pub"), world.read("a.pub"));
}

#[test]
fn other_keys_refused_by_what_they_are() {
    let Some(world) = with_openssl("openssl-other") else { return };
    let of = |what: &str| format!("a key of {what}; keys here are of P-256 (openssl: prime256v1)");
    let encrypted = "an encrypted private key; decrypt it first (openssl pkey -in FILE -out PLAIN)".to_owned();
    openssl(&world, "ecparam -name prime256v1 -genkey -noout -out good.key");
    let cases: [(&str, &str, String); 12] = [
        ("ecparam -name secp384r1 -genkey -noout", "p384.sec1", of("P-384")),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384", "p384.key", of("P-384")),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521", "p521.key", of("P-521")),
        ("ecparam -name secp256k1 -genkey -noout", "k1.sec1", of("secp256k1")),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "k1.key", of("secp256k1")),
        ("genpkey -algorithm ed25519", "ed.key", of("Ed25519")),
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024", "rsa.key", of("RSA")),
        ("pkcs8 -topk8 -in good.key -passout pass:x", "encrypted.key", encrypted.clone()),
        ("ec -in good.key -aes128 -passout pass:x", "encrypted.sec1", encrypted),
        (
            "pkey -in good.key -outform DER",
            "der.key",
            "DER; PEM belongs here (openssl pkey -inform DER converts it)".to_owned(),
        ),
        (
            "req -x509 -new -key good.key -subj /CN=x -days 1",
            "cert.pem",
            "a certificate, not a key (openssl x509 -pubkey -noout prints its key)".to_owned(),
        ),
        (
            "ecparam -name prime256v1 -genkey -noout -param_enc explicit",
            "explicit.sec1",
            "a private key that does not name P-256 as its curve".to_owned(),
        ),
    ];
    world.ok("keygen alice.key");
    for (command, name, expected) in cases {
        openssl(&world, &format!("{command} -out {name}"));
        world.unusable(&format!("key show {name}"), &format!("{name}: {expected}"));
        let originate = format!(
            "originate --key {name} --identifier https://a.example --role r --accountable https://a.example --grant '* *' --at {NOW}"
        );
        world.unusable(&originate, &format!("{name}: {expected}"));
    }
    openssl(&world, "pkey -in p384.key -pubout -out p384.pub");
    world.unusable("key show p384.pub", &format!("p384.pub: {}", of("P-384")));
    let (good, alice) = (world.read("good.key"), world.read("alice.key"));
    world.write("two.key", [good.clone(), alice].concat());
    world.unusable("key show two.key", "two.key: two keys in one file");
    world.write("cut.key", &good[..good.len() / 2]);
    world.unusable("key show cut.key", "cut.key: PEM without its last line");
    world.write("damaged.key", String::from_utf8(good).unwrap().replacen('M', "!", 1));
    world.unusable("key show damaged.key", "damaged.key: PEM whose base64 is damaged");
}

/// A folder, where there is an openssl to work in it.
fn with_openssl(test: &str) -> Option<World> {
    if Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success()) {
        return Some(World::new(test));
    }
    eprintln!("SKIPPED {test}: there is no openssl on this machine");
    None
}

fn openssl(world: &World, line: &str) {
    let output = Command::new("openssl").args(line.split_whitespace()).current_dir(world.path("")).output();
    assert!(output.as_ref().is_ok_and(|output| output.status.success()), "openssl {line}: {output:?}");
}
