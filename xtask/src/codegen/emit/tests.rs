//! What is written for a small model.

use super::super::passes::tests::{api, operation, structure};
use super::super::writer::Writer;

#[test]
fn a_stream_of_events_has_a_field_for_each_event_and_none_for_its_exceptions() {
    let shapes = format!(
        r#""In": {}, "Events": {{"type": "structure", "eventstream": true, "members": {{
            "tooMuch": {{"shape": "TooMuch"}}, "audio": {{"shape": "Audio"}}
        }}}},
        "Audio": {{"type": "structure", "event": true, "members": {{
            "Time": {{"shape": "Text", "eventheader": true}}, "Chunk": {{"shape": "Bytes", "eventpayload": true}}
        }}}},
        "TooMuch": {{"type": "structure", "exception": true, "members": {{}}}}"#,
        structure(r#""Name": {"shape": "Text"}, "Stream": {"shape": "Events"}"#),
    );
    let api = api(&operation("Talk", r#", "input": {"shape": "In"}, "output": {"shape": "In"}"#), &shapes);
    let written = |name: &str| {
        let mut writer = Writer::new("codegen x", "x");
        super::structure::structure(&mut writer, &api, &api.structures[name], "summary");
        writer.finish()
    };
    let events = written("Events");
    assert!(events.contains("pub audio: Option<Audio>,"), "{events}");
    assert!(!events.contains("pub too_much"), "{events}");
    // The index is that of the table, where the exception is found by its name.
    assert!(events.contains("1 => get(&self.audio),") && !events.contains("0 => get("), "{events}");
    assert!(events.contains("Member::new(\"tooMuch\", Target::Structure(&TOO_MUCH_SCHEMA))"), "{events}");
    let input = written("TalkInput");
    assert!(input.contains("pub stream: Option<EventStream<Events>>,"), "{input}");
    assert!(input.contains("value: impl Into<EventStream<Events>>"), "{input}");
    assert!(input.contains(".event_stream(1);"), "{input}");
    let audio = written("Audio");
    assert!(audio.contains("Member::new(\"Time\", Target::String).event_header()"), "{audio}");
    assert!(audio.contains("Member::new(\"Chunk\", Target::Blob).with(Traits::EVENT_PAYLOAD)"), "{audio}");
}
