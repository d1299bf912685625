import Foundation
import JSON
import Testing

@Suite struct JSONObjectTests {
    @Test func `members stand in their order, of every kind`() {
        var inner = JSONObject()
        inner.add("n", -1)
        var object = JSONObject()
        object.add("text", "a \"b\" \\ ü")
        object.add("number", UInt64.max)
        object.add("share", 0.25)
        object.add("none", Double.nan)
        object.add("is", true)
        object.add("inner", inner)
        object.add("list", [inner, JSONObject()])
        #expect(
            object.description
                == #"{"text":"a \"b\" \\ ü","number":18446744073709551615,"share":0.25,"none":null,"is":true,"#
                + #""inner":{"n":-1},"list":[{"n":-1},{}]}"#
        )
    }

    @Test func `any text comes back from another reader, and is one line of printable characters`() throws {
        let text = String(String.UnicodeScalarView((0..<0x3000).compactMap(Unicode.Scalar.init)))
        var object = JSONObject()
        object.add("text", text)
        let line = object.description
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        #expect(!line.contains("\u{2028}"))
        let read = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        #expect(read?["text"] == text)
    }
}
