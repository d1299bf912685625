import Authentication
import Testing

@Suite struct PluginNameTests {
    @Test(arguments: ["sasldb", "SASLDB", "SaslDB"])
    func `a mechanism is named in any case`(text: String) {
        #expect(PluginName(text)?.known?.name == "sasldb")
    }

    @Test(arguments: ["", "../sh", "a/b", "a b", "sasldb\n", "é", String(repeating: "a", count: 33)])
    func `what cannot be part of a file name is no name`(text: String) {
        #expect(PluginName(text) == nil)
    }

    @Test func `a plugin from elsewhere has a program and is not known`() {
        #expect(PluginName("ldap-x").known == nil)
        #expect(PluginName("ldap-x").program == "saslauthd-ldap-x")
    }
}
