import JSON
import Testing

@Suite struct JSONValueTests {
    @Test func `what an object writes is read again`() {
        var inner = JSONObject()
        inner.add("reason", "a \"quoted\" \\ line\nwith \u{1B}[31m, \u{85} and ü 😀")
        var object = JSONObject()
        object.add("number", -12)
        object.add("share", 2.5)
        object.add("none", Double.nan)
        object.add("up", true)
        object.add("list", [inner, JSONObject()])
        let value = JSONValue(object.description)
        #expect(value?["number"]?.integer == -12 && value?["share"]?.number == 2.5 && value?["share"]?.integer == nil)
        #expect(value?["none"] == .null && value?["up"]?.bool == true && value?["other"] == nil)
        let reason = value?["list"]?.list?.first?["reason"]?.text
        #expect(reason == "a \"quoted\" \\ line\nwith \u{1B}[31m, \u{85} and ü 😀")
        #expect(value?["list"]?.list?.last == .object([:]))
    }

    @Test(arguments: [
        (#" [ ] "#, JSONValue.list([])), (#"{ "a" : [ 1 , 2e1 ] , "a" : null }"#, .object(["a": .null])),
        (#""\u0041\ud83d\ude00\ud83dx\udc00\/""#, .text("A😀\u{FFFD}x\u{FFFD}/")), ("-0.5\n", .number(-0.5)),
        ("false", .bool(false)),
    ])
    func `values are read with blanks and escapes`(text: String, value: JSONValue) {
        #expect(JSONValue(text) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"",
        "\"\\u+123\"", "\"a\nb\"", "nul", "truex", "1 2", "1e999", "--1", "-", "+1", "0x10", "nan", "[1}", "{\"a\":1]",
        String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
    ])
    func `what is not JSON, or too deep, is none`(text: String) {
        #expect(JSONValue(text) == nil)
    }

    @Test func `every part of a value's beginning ends without a value or a crash`() {
        let text = #"{"a":[1.5,true,null,"x\u00e9\ud83d\ude00\n",{"b":-2}]}"#
        for count in 0..<text.utf8.count {
            #expect(JSONValue(String(decoding: text.utf8.prefix(count), as: UTF8.self)) == nil)
        }
        #expect(JSONValue(text) != nil)
    }
}
