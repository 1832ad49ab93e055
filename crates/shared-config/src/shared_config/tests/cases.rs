//! The grammar and its merging as a table: what two files say, and what comes of it.
//!
//! It covers what AWS's own table of cases for parsers of these files covers, with texts of our own.

use super::*;

/// A config file, a credentials file, and what they give together: `name{key=value …}` for each profile, in the order of names
/// and keys, `sso:` and `services:` before other sections, `⏎` for a line feed; or the place of an error.
type Case = (&'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    // Nothing, and what counts for nothing.
    ("", "", ""),
    ("\n\n \t \n", "\r\n", ""),
    ("# one\n; two\n#\n;", "#", ""),
    ("\u{feff}", "\u{feff}", ""),
    ("\u{feff}[default]\na = 1", "\u{feff}[x]\na = 2", "default{a=1} x{a=2}"),
    // Headings.
    ("[profile a]", "", "a{}"),
    ("[profile a]\n[profile b]", "[c]", "a{} b{} c{}"),
    ("[profile\ta]\n[profile \t b \t]\n[ profile c ]", "[ d\t]", "a{} b{} c{} d{}"),
    ("[profile a]#c\n[profile b];c\n[profile c] # c\n[profile d]\t; c", "[e] # c", "a{} b{} c{} d{} e{}"),
    ("[profile a", "", "config line 1"),
    ("[profile a # ]", "", "config line 1"),
    ("", "[a]\n[b", "credentials line 2"),
    ("[profile a] b", "", "config line 1"),
    ("profile a]\nb = 1", "", "config line 1"),
    ("[profile aZ09-_/.%@:+]", "[aZ09-_/.%@:+]", "aZ09-_/.%@:+{}"),
    (
        "[profile a b]\nx = 1\n[profile a$]\nx = 1\n[profile]\nx = 1\n[profile ]\nx = 1",
        "[a b]\nx = 1\n[a$]\n",
        "",
    ),
    ("[profile \"a b\"]\nx = 1\n[profile 'c']\nx = 2", "", "a b{x=1} c{x=2}"),
    ("[profilea]\nx = 1\n[a]\nx = 1\n[PROFILE b]\nx = 1", "", ""),
    ("[Default]\nx = 1", "[Default]\nx = 2", "Default{x=2}"),
    ("", "[profile a]\nx = 1\n[sso-session b]\nx = 1\n[services c]\nx = 1", ""),
    ("", "[default]\nx = 1", "default{x=1}"),
    // Properties.
    ("[profile a]\nx = 1", "", "a{x=1}"),
    ("[profile a]\nx=1\ny =2\nz= 3\nv\t=\t4\t\nw  =  5 5  ", "", "a{v=4 w=5 5 x=1 y=2 z=3}"),
    ("[profile a]\nx =\ny = ", "", "a{x= y=}"),
    ("[profile a]\nx = 1=2\ny ==", "", "a{x=1=2 y==}"),
    ("[profile a]\nx = [b]\ny = [", "", "a{x=[b] y=[}"),
    ("[profile a]\nx = \"1\"\ny = '2'\nz = \\n\\t", "", "a{x=\"1\" y='2' z=\\n\\t}"),
    ("[profile a]\nx = 😂 ä", "", "a{x=😂 ä}"),
    ("[profile a]\nX = 1\nyY = Zz", "[b]\nAWS_Region = 1", "a{x=1 yy=Zz} b{aws_region=1}"),
    ("[profile a]\naZ09-_/.%@:+ = 1", "", "a{az09-_/.%@:+=1}"),
    ("[profile a]\nx y = 1\nx$ = 2\n\"z\" = 3\nok = 4", "", "a{ok=4}"),
    ("[profile a]\n\n \t\n# c\nx = 1\n\n; c\ny = 2\n", "", "a{x=1 y=2}"),
    ("[profile a]\r\nx = 1\r\n[profile b]\r\ny = 2\r\n", "[a]\r\nz = 3", "a{x=1 z=3} b{y=2}"),
    ("[profile a]\rx = 1\r[profile b]\ry = 2\r", "", "a{x=1} b{y=2}"),
    ("x = 1\n[profile a]", "", "config line 1"),
    ("\n\n# c\nx = 1", "", "config line 4"),
    ("[profile a]\nx", "", "config line 2"),
    ("[profile a]\nx : 1", "", "config line 2"),
    ("[profile a]\n= 1", "", "config line 2"),
    ("[profile a]\nx # y = 1", "", "config line 2"),
    // Comments after values.
    ("[profile a]\nx = 1 # c\ny = 1\t; c\nz = 1 #\nv = 1 # c ; d", "", "a{v=1 x=1 y=1 z=1}"),
    ("[profile a]\nx = 1#c\ny = 1;c\nz = a#b # c", "", "a{x=1#c y=1;c z=a#b}"),
    ("[profile a]\nx = # c\ny =; c", "", "a{x= y=; c}"),
    // Continued values.
    ("[profile a]\nx = 1\n 2", "", "a{x=1⏎2}"),
    ("[profile a]\nx = 1\n\t2 \n   3\ny = 4", "", "a{x=1⏎2⏎3 y=4}"),
    ("[profile a]\nx = 1\n 2 # c\n 3 ; d", "", "a{x=1⏎2 # c⏎3 ; d}"),
    ("[profile a]\nx = 1\n y = 2\n [b]", "", "a{x=1⏎y = 2⏎[b]}"),
    ("[profile a]\nx = 1\n\n 2\n# c\n  ; d\n 3", "", "a{x=1⏎2⏎3}"),
    ("[profile a]\nx = 1 # c\n 2", "", "a{x=1⏎2}"),
    (" x = 1", "", "config line 1"),
    ("[profile a]\n x = 1", "", "config line 2"),
    ("[profile a]\nx = 1\n[profile b]\n 2", "", "config line 4"),
    ("[profile a]\n [profile b]", "", "config line 2"),
    // Nested properties.
    ("[profile a]\ns3 =\n x = 1", "", "a{s3(x=1)}"),
    ("[profile a]\ns3 =\n x = 1\n\n  Y=2 # c\n# c\n\tz =\nb = 3", "", "a{b=3 s3(x=1 y=2 z=)}"),
    ("[profile a]\ns3 = # c\n x = 1", "", "a{s3(x=1)}"),
    ("[profile a]\ns3 =\n x = a=b\n x = 2", "", "a{s3(x=2)}"),
    ("[profile a]\ns3 =\n x", "", "config line 3"),
    ("[profile a]\ns3 =\n = 1", "", "config line 3"),
    ("", "[a]\ns3 =\n x = 1\n y", "credentials line 4"),
    // More than once, and in both files.
    ("[profile a]\nx = 1\nX = 2", "", "a{x=2}"),
    ("[profile a]\nx = 1\ny = 1\n[profile b]\n[profile a]\ny = 2\nz = 3", "", "a{x=1 y=2 z=3} b{}"),
    ("", "[a]\nx = 1\n[a]\ny = 2\nx = 3", "a{x=3 y=2}"),
    ("[profile a]\nx = 1\ny = 1", "[a]\nx = 2\nz = 3", "a{x=2 y=1 z=3}"),
    ("[profile a]\ns3 =\n x = 1\n y = 1", "[a]\ns3 =\n x = 2", "a{s3(x=2)}"),
    ("[default]\nx = 1\n[default]\ny = 2", "", "default{x=1 y=2}"),
    ("[default]\nx = 1\n[profile default]\ny = 2", "", "default{y=2}"),
    ("[profile default]\ny = 2\n[default]\nx = 1", "", "default{y=2}"),
    ("[default]\nx = 1\n[profile default]\ny = 2", "[default]\nz = 3", "default{y=2 z=3}"),
    // Other sections.
    ("[sso-session a]\nx = 1\n[profile a]\ny = 2\n[sso-session a]\nz = 3", "", "a{y=2} sso:a{x=1 z=3}"),
    ("[services s]\ns3 =\n endpoint_url = u\n[profile a]", "", "a{} services:s{s3(endpoint_url=u)}"),
    (
        "[sso-session]\nx = 1\n[sso-session a b]\nx = 1\n[services]\nx = 1\n[other a]\nx = 1\n[plugins]\nx = 1",
        "",
        "",
    ),
    ("[services\ts]\nx = 1\n[sso-session \t t]\nx = 1", "", "services:s{x=1} sso:t{x=1}"),
];

fn shown(config: &SharedConfig) -> String {
    let kinds =
        [("", &config.0.profiles), ("services:", &config.0.services), ("sso:", &config.0.sso_sessions)];
    let mut sections = Vec::new();
    for (kind, named) in kinds {
        for (name, section) in named {
            let properties: Vec<_> = section
                .children
                .iter()
                .map(|(key, property)| {
                    if property.children.is_empty() {
                        return format!("{key}={}", property.value.expose().replace('\n', "⏎"));
                    }
                    let nested = property.children.iter();
                    let nested: Vec<_> =
                        nested.map(|(key, value)| format!("{key}={}", value.value.expose())).collect();
                    format!("{key}({})", nested.join(" "))
                })
                .collect();
            sections.push(format!("{kind}{name}{{{}}}", properties.join(" ")));
        }
    }
    sections.join(" ")
}

#[test]
fn every_case_of_the_table_gives_what_it_says() {
    for (config, credentials, expected) in CASES {
        let found = match SharedConfig::parse(config, credentials) {
            Ok(config) => shown(&config),
            Err(Error::Syntax { file, line, .. }) => format!("{} line {line}", file.display()),
            Err(error) => panic!("{config:?} {credentials:?}: {error}"),
        };
        assert_eq!(found, *expected, "{config:?} {credentials:?}");
    }
    assert!(CASES.len() >= 65, "{}", CASES.len());
}
