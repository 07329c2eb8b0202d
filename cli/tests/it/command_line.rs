//! Accounts, albums, exit codes and what is printed.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;

use crate::service::{ALBUM, CAREFUL, CODE, PASSWORD, SESSION, Setting, TOKEN, id_of_made, stdout};

#[test]
fn a_session_is_begun_kept_for_its_owner_alone_used_and_ended() {
    let setting = Setting::new();
    setting.log_in();
    let token = setting.home.path().join("token");
    let mode = fs::metadata(&token).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = stdout(&mut setting.albumen(&["whoami"]));
    assert!(text.contains("Ana <ana@example.org>") && text.contains("3.2 MB"), "{text}");
    let line = stdout(&mut setting.albumen(&["whoami", "--json"]));
    let value: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(value["user"]["usage"]["photos"], 3);
    stdout(&mut setting.albumen(&["logout"]));
    let requests = setting.requests();
    assert!(requests.contains(&format!("DELETE /v1/sessions/{SESSION}")), "{requests:?}");
    assert!(!token.exists());
    setting.albumen(&["whoami"]).assert().code(3);
}

#[test]
fn neither_password_nor_token_is_printed_or_kept_beside_its_file() {
    let setting = Setting::new();
    let mut login = setting.albumen(&["login", &setting.origin, "--key", "--stdin", "--json"]);
    let assert = login
        .args(["--keep-in", "file"])
        .write_stdin(TOKEN)
        .assert()
        .success();
    let output = assert.get_output();
    for printed in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(printed).contains(TOKEN));
    }
    let settings = fs::read_to_string(setting.home.path().join("settings.json")).expect("a file");
    assert!(!settings.contains(TOKEN), "{settings}");
    // A key that was given goes on elsewhere.
    stdout(&mut setting.albumen(&["logout"]));
    assert!(
        setting
            .requests()
            .iter()
            .all(|request| !request.starts_with("DELETE"))
    );
}

#[test]
fn a_code_is_the_second_line_of_what_a_script_writes() {
    let setting = Setting::new();
    let log_in = |options: &[&str], lines: &str| {
        let mut login = setting.albumen(&["login", &setting.origin, "--email", CAREFUL, "--stdin"]);
        login.args(["--keep-in", "file"]).args(options);
        login.write_stdin(lines.to_owned()).assert()
    };
    let refused = log_in(&[], &format!("{PASSWORD}\n")).code(2);
    let words = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(words.contains("Code of your app") && words.contains("--help"), "{words}");
    log_in(&["--code-stdin"], &format!("{PASSWORD}\n000000\n")).code(5);
    log_in(&["--code-stdin"], &format!("{PASSWORD}\n{CODE}\n")).success();
    setting
        .albumen(&["login", &setting.origin, "--code-stdin"])
        .assert()
        .code(2);
    setting.albumen(&["whoami"]).assert().success();
}

#[test]
fn exit_codes_say_what_happened_and_errors_what_to_do() {
    let setting = Setting::new();
    let fails = |arguments: &[&str], code: i32, words: &str| {
        let assert = setting.albumen(arguments).assert().code(code);
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(text.contains(words), "{arguments:?}: {text}");
    };
    fails(&["albums"], 3, "albumen login");
    fails(&["no-such-command"], 2, "unrecognized");
    fails(&["login", "http://photos.example"], 2, "https://");
    setting
        .albumen(&["login", &setting.origin, "--email", "ana@example.org", "--stdin"])
        .write_stdin("another\n")
        .assert()
        .code(5);
    setting.log_in();
    fails(&["album", "create", ""], 5, "not valid");
    fails(&["album", "delete", "Twin"], 2, "album_01jd2w8h7kf3y9b6c5xq4m0nt2");
    fails(&["album", "delete", "None"], 2, "albumen albums");
    fails(&["search"], 2, "--help");
    fails(&["trash", "restore", "album_x"], 2, "trash list");
    fs::write(setting.home.path().join("token"), "ended").expect("a file");
    fails(&["albums"], 3, "has ended");
}

#[test]
fn albums_are_listed_made_and_put_into_the_trash() {
    let setting = Setting::new();
    setting.log_in();
    let table = stdout(&mut setting.albumen(&["albums"]));
    assert_eq!(table.lines().count(), 3, "no headings in a pipe: {table}");
    assert!(table.contains("Sum\u{fffd}[2Jmer"), "{table}");
    let lines = stdout(&mut setting.albumen(&["albums", "--json"]));
    for line in lines.lines() {
        let album: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(album["photo_count"], 3);
    }
    let made = stdout(&mut setting.albumen(&["album", "create", "Lisbon"]));
    assert_eq!(made.trim(), id_of_made(0));
    stdout(&mut setting.albumen(&["album", "delete", ALBUM]));
    let requests = setting.requests();
    assert!(requests.contains(&format!("DELETE /v1/albums/{ALBUM}")), "{requests:?}");
}

#[test]
fn a_link_leads_to_the_page_for_guests() {
    let setting = Setting::new();
    setting.log_in();
    let link = stdout(&mut setting.albumen(&["share", "create", ALBUM]));
    assert_eq!(link.trim(), format!("https://albumen.example/s/{TOKEN}"));
}

#[test]
fn completions_and_man_pages_are_written_without_a_session() {
    let setting = Setting::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = stdout(&mut setting.albumen(&["completions", shell]));
        assert!(script.contains("albumen") && script.contains("whoami"), "{shell}");
    }
    let folder = setting.home.path().join("man");
    let folder = folder.to_str().expect("a text");
    stdout(&mut setting.albumen(&["man", folder]));
    let page = fs::read_to_string(format!("{folder}/albumen-album-create.1")).expect("a page");
    assert!(page.contains("Examples"), "{page}");
}
