//! What may stand in which file: one table of forbidden words, one of sizes.

use super::sources::{Source, has_word};

/// Words that library code of some folder must not use, and the places where it may.
struct Rule {
    what: &'static str,
    /// Beginnings of paths that the rule speaks of.
    within: &'static [&'static str],
    /// Only generated files.
    generated: bool,
    /// Beginnings of paths where the words are at home.
    except: &'static [&'static str],
    words: &'static [&'static str],
}

static RULES: [Rule; 5] = [
    Rule {
        what: "only core's hyper_client names hyper and rustls",
        within: &["crates/core/"],
        generated: false,
        except: &["crates/core/src/hyper_client"],
        words: &["hyper", "hyper_util", "hyper_rustls", "rustls", "tokio_rustls"],
    },
    Rule {
        what: "the time comes from a Clock",
        within: &["crates/"],
        generated: false,
        except: &["crates/core/src/clock.rs", "crates/local/"],
        words: &["SystemTime::now"],
    },
    Rule {
        what: "the environment is read through shared-config's Env",
        within: &["crates/"],
        generated: false,
        except: &["crates/shared-config/src/environment.rs"],
        words: &["env::var", "env::var_os", "env::vars", "env::vars_os", "env::home_dir"],
    },
    Rule {
        what: "a library prints nothing, but for the prompt for an MFA code",
        within: &["crates/"],
        generated: false,
        except: &["crates/credentials/src/stscreds/stdin", "crates/local/src/main.rs"],
        words: &["println!", "print!", "eprintln!", "eprint!", "dbg!"],
    },
    Rule {
        what: "shapes are data: generated code serialises nothing",
        within: &["crates/"],
        generated: true,
        except: &[],
        words: &[
            "serde",
            "serde_json",
            "quick_xml",
            "ciborium",
            "Serialize",
            "Deserialize",
            "fn serialize",
            "fn deserialize",
            "fn to_xml",
            "fn from_xml",
            "fn to_json",
            "fn from_json",
        ],
    },
];

/// The most lines of a hand-written file, by the beginning of its path; the first that fits counts.
const LIMITS: [(&str, usize); 2] = [("crates/core/src/pipeline.rs", 250), ("", 500)];

/// Lists what stands where it must not.
pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        if source.is_rust() {
            check_words(source, &mut faults);
            if !source.is_generated() {
                check_form(source, &mut faults);
            }
        } else if !source.text.contains("[lints]\nworkspace = true\n") {
            faults.push(format!("{}: does not take the workspace's lints", source.path));
        }
    }
    faults
}

fn check_words(source: &Source, faults: &mut Vec<String>) {
    let starts = |paths: &[&str]| paths.iter().any(|path| source.path.starts_with(path));
    for rule in &RULES {
        let speaks =
            starts(rule.within) && !starts(rule.except) && (source.is_generated() || !rule.generated);
        if !speaks || !source.is_library() {
            continue;
        }
        for (number, line) in source.code() {
            for word in rule.words.iter().filter(|word| has_word(line, word)) {
                faults.push(format!("{}:{number}: `{word}`: {}", source.path, rule.what));
            }
        }
    }
}

fn check_form(source: &Source, faults: &mut Vec<String>) {
    let lines = source.text.lines().count();
    let limit = LIMITS.iter().find(|(path, _)| source.path.starts_with(path)).map_or(usize::MAX, |(_, n)| *n);
    if lines > limit {
        faults.push(format!("{}: {lines} lines, at most {limit}", source.path));
    }
    if !source.text.lines().any(|line| line.starts_with("//!")) {
        faults.push(format!("{}: no `//!` that says what it is for", source.path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<String> {
        check(&[Source { path: path.into(), text: text.into() }])
    }

    #[test]
    fn a_forbidden_word_is_a_fault_outside_its_home_alone() {
        for (path, home, line) in [
            ("crates/core/src/client.rs", "crates/core/src/hyper_client/tls.rs", "use rustls::ClientConfig;"),
            ("crates/core/src/client.rs", "crates/core/src/clock.rs", "let now = SystemTime::now();"),
            ("crates/s3/src/a.rs", "crates/shared-config/src/environment.rs", "std::env::var(\"HOME\")"),
            ("crates/cumulo/src/a.rs", "crates/cumulo/examples/a.rs", "println!(\"a\");"),
            ("crates/s3/src/generated/a.rs", "crates/core/src/protocol/json.rs", "impl Serialize for A {"),
        ] {
            let text = format!("//! Doc.\n{line}\n");
            assert_eq!(faults(path, &text).len(), 1, "{path}: {line}");
            assert!(faults(path, &text)[0].starts_with(&format!("{path}:2: ")));
            assert_eq!(faults(home, &text), [""; 0]);
        }
    }

    #[test]
    fn a_file_is_too_long_from_its_limit_on_unless_it_is_generated() {
        let text = |lines: usize| format!("//! Doc.\n{}", "\n".repeat(lines - 1));
        assert_eq!(faults("crates/a/src/b.rs", &text(500)), [""; 0]);
        assert_eq!(faults("crates/a/src/b.rs", &text(501)), ["crates/a/src/b.rs: 501 lines, at most 500"]);
        assert_eq!(faults("crates/core/src/pipeline.rs", &text(251)).len(), 1);
        assert_eq!(faults("crates/a/src/generated/b.rs", &text(501)), [""; 0]);
    }

    #[test]
    fn a_file_without_a_purpose_and_a_manifest_without_lints_are_faults() {
        assert_eq!(faults("crates/a/src/b.rs", "fn a() {}\n").len(), 1);
        assert_eq!(faults("crates/a/Cargo.toml", "[package]\n").len(), 1);
        assert_eq!(faults("crates/a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"), [""; 0]);
    }
}
