import Authentication
import Testing

@testable import MailLogin

private func text(_ text: String, hiding password: String) -> String {
    ServerText(Array(text.utf8), hiding: Conversation.request(password: password)).description
}

@Suite struct ServerTextTests {
    @Test func `what a server wrote is quoted and short in the log`() {
        #expect(ServerText(Array("* BYE".utf8)).description == "\"* BYE\"")
        #expect(ServerText([UInt8](repeating: 0x61, count: 500)).description.utf8.count < 180)
    }

    @Test(arguments: [
        ("S2 BAD unknown: LOGIN alice secret", "secret"), ("secret", "secret"),
        ("S2 BAD LOGIN \"alice\" \"a\\\"b\"", "a\"b"),
        ("S2 BAD AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==", "secret"),
        ("S2 BAD SECRET", "secret"), ("S2 BAD c2VjcmV0", "secret"), ("S2 BAD agfsawnlahnly3jlda==", "secret"),
        ("S2 BAD unknown: AGFsaWNlAHNl", "secret"),
    ])
    func `a text that contains the password is hidden, also in base64, in another case, or cut`(
        words: String,
        password: String
    ) {
        #expect(text(words, hiding: password) == "(a text that contains the password)")
    }

    @Test func `another is`() {
        #expect(text("S2 BAD secre", hiding: "secret") == "\"S2 BAD secre\"")
        #expect(text("", hiding: "secret") == "\"\"")
    }
}
