//! The server that the other tests talk to is there.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use cumulo_tests::Target;

#[test]
fn the_target_of_the_environment_answers_http_on_loopback() {
    let Some(target) = Target::from_environment().unwrap() else { return };
    let address = target.endpoint.strip_prefix("http://").unwrap();
    assert!(address.starts_with("127.0.0.1:"), "{address}");

    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = [0; "HTTP/1.".len()];
    stream.read_exact(&mut answer).unwrap();

    assert_eq!(&answer, b"HTTP/1.");
}
