import Authentication
import MechanismKit
import Platform
import Testing

@testable import saslauthd_ldap

private let start = Instant(nanoseconds: 1_000_000_000)
private let deadline = start.advanced(milliseconds: 20_000)

private func rules(_ file: String) throws -> LoginRules {
    LoginRules(try LDAPSettings(SettingsText(file: "/x", text: Array(file.utf8).span)))
}

/// A plan and what it asked for so far.
private struct Course {
    var plan: LoginPlan
    var actions: [LoginAction] = []

    init(_ file: String, login: ByteString = "alice", servers: Int = 2) throws {
        let values = TokenValues(login: login, realm: "", service: "smtp")
        plan = LoginPlan(try rules(file), values: values, servers: Array(0..<servers), deadline: deadline)
        actions = plan.begin(hasPassword: true, now: start)
    }

    var operation: LoginOperation? { plan.operation }

    var decision: Decision? {
        for case .conclude(let decision) in actions { return decision }
        return nil
    }

    var failed: [Int] {
        actions.compactMap { action in
            if case .serverFailed(let server, _) = action { server } else { nil }
        }
    }

    mutating func tell(_ event: LoginEvent, at now: Instant = start) {
        guard let number = plan.operation?.number else { return }
        actions = plan.handle(event, of: number, now: now)
    }

    mutating func tell(_ code: Int32) { tell(.answered(ServerAnswer(ResultCode(rawValue: code)))) }

    mutating func find(_ dn: ByteString = "uid=alice,dc=x", account: ByteString? = nil, count: Int = 1) {
        let entry = count > 0 ? FoundEntry(dn: dn, account: account) : nil
        tell(.searched(ServerAnswer(.success), count: count, entry: entry))
    }
}

private let bind = "ldap_search_base: dc=x\n"
private let custom = "ldap_auth_method: custom\n"
private let fastbind = "ldap_auth_method: fastbind\nldap_filter: uid=%u,dc=x\n"
private let sasl = "ldap_use_sasl: yes\nldap_mech: PLAIN\n"
private let group = "ldap_group_dn: cn=mail,dc=x\n"
private let groupFilter = "ldap_group_match_method: filter\nldap_group_filter: (&(cn=mail)(member=%D))\n"

@Suite struct LoginPlanTests {
    @Test func `bind searches for the user, and binds with the DN that is found`() throws {
        var course = try Course(bind)
        let query = LoginOperation.Query(base: "dc=x", scope: .sub, filter: "(uid=alice)", attributes: ["uid"])
        #expect(course.operation?.task == .searchUser(query))
        course.find(account: "Alice")
        #expect(course.operation?.task == .bindUser(.name("uid=alice,dc=x")))
        course.tell(0)
        #expect(course.decision == Decision(.accepted, account: "Alice"))
        #expect(course.plan.hasEnded && course.operation == nil)
    }

    @Test func `a group is asked after the bind, by the reader, with the user's DN`() throws {
        var course = try Course(bind + group)
        course.find()
        course.tell(0)
        #expect(
            course.operation?.task
                == .compareGroup(
                    dn: "cn=mail,dc=x",
                    attribute: "uniqueMember",
                    value: "uid=alice,dc=x",
                    asker: .reader
                )
        )
        var other = course
        course.tell(6)
        #expect(course.decision?.verdict == .accepted)
        other.tell(5)
        #expect(other.decision?.verdict == .refused(.notPermitted))
    }

    @Test func `a group is searched for with a filter`() throws {
        var course = try Course(bind + groupFilter)
        course.find("cn=a\\2Cb (c),dc=x")
        course.tell(0)
        guard case .searchGroup(let query, .reader) = course.operation?.task else {
            Issue.record("\(String(describing: course.operation))")
            return
        }
        #expect(query.filter == "(&(cn=mail)(member=cn=a\\5c2Cb \\28c\\29,dc=x))" && query.attributes == ["1.1"])
        var other = course
        course.find(count: 1)
        #expect(course.decision?.verdict == .accepted)
        other.find(count: 0)
        #expect(other.decision?.verdict == .refused(.notPermitted))
    }

    @Test func `custom compares the stored passwords`() throws {
        var course = try Course(custom)
        guard case .searchUser(let query) = course.operation?.task else {
            Issue.record("\(String(describing: course.operation))")
            return
        }
        #expect(query.attributes == ["userPassword", "uid"])
        course.find()
        #expect(course.operation?.task == .compareStored)
        var other = course
        course.tell(.comparedStored(.matches(scheme: "SSHA")))
        #expect(course.decision?.verdict == .accepted && course.decision?.detail == "SSHA")
        other.tell(.comparedStored(.noPassword))
        #expect(other.decision?.verdict == .refused(.wrongPassword))
    }

    @Test func `fastbind asks one bind, and the group on its connection`() throws {
        var course = try Course(fastbind + group)
        #expect(course.operation?.task == .bindUser(.name("uid=alice,dc=x")))
        course.tell(0)
        guard case .compareGroup(_, _, "uid=alice,dc=x", .user) = course.operation?.task else {
            Issue.record("\(String(describing: course.operation))")
            return
        }
        course.tell(.lost(reason: "gone", wasSent: true))
        #expect(course.decision.map(\.verdict).map { if case .unavailable = $0 { true } else { false } } == true)
    }

    @Test func `a SASL bind asks for the user's DN where a group needs it`() throws {
        var course = try Course(sasl + group, login: "alice@r")
        guard case .bindUser(.sasl(_, "alice@r")) = course.operation?.task else {
            Issue.record("\(String(describing: course.operation))")
            return
        }
        course.tell(0)
        #expect(course.operation?.task == .whoAmI)
        var other = course
        course.tell(.identified(ServerAnswer(.success), "dn:uid=alice,dc=x"))
        guard case .compareGroup(_, _, "uid=alice,dc=x", .user) = course.operation?.task else {
            Issue.record("\(String(describing: course.operation))")
            return
        }
        other.tell(.identified(ServerAnswer(.success), "u:AD\\alice"))
        #expect(other.plan.hasEnded && other.decision?.verdict != .accepted)
    }

    @Test func `nothing is asked with an empty password, an empty login or a name that would be empty`() throws {
        let rules = try rules(bind)
        var plan = LoginPlan(
            rules,
            values: TokenValues(login: "a", realm: "", service: ""),
            servers: [0],
            deadline: deadline
        )
        let actions = plan.begin(hasPassword: false, now: start)
        #expect(actions == [.conclude(Decision(.refused(.wrongPassword), detail: "the password is empty"))])
        #expect(try Course(bind, login: "").decision?.verdict == .refused(.unknownUser))
        #expect(try Course(bind + "ldap_search_base: dc=%1\n").decision?.verdict == .refused(.unknownUser))
        let name = "ldap_auth_method: fastbind\nldap_filter: uid=%U,dc=x\n"
        #expect(try Course(name, login: "@x").decision?.verdict == .refused(.unknownUser))
    }

    @Test func `several entries are no user, and one without a DN is a fault of its server`() throws {
        for count in [0, 2] {
            var course = try Course(bind)
            course.find("uid=a", count: count)
            #expect(course.decision?.verdict == .refused(.unknownUser))
        }
        for entry in [nil, FoundEntry(dn: "")] {
            var course = try Course(bind)
            course.tell(.searched(ServerAnswer(.success), count: 1, entry: entry))
            #expect(course.failed == [0] && course.operation?.server == 1 && course.decision == nil)
        }
    }

    @Test func `a connection that is lost costs no login: it is asked on a new one, and then of the next server`()
        throws
    {
        var course = try Course(bind)
        #expect(course.operation?.mayReuse == true)
        course.tell(.lost(reason: "closed", wasSent: true))
        #expect(course.operation?.server == 0 && course.operation?.mayReuse == false && course.failed.isEmpty)
        course.tell(.lost(reason: "closed", wasSent: true))
        #expect(course.operation?.server == 1 && course.operation?.mayReuse == true && course.failed == [0])
        course.find()
        #expect(course.actions.first == .serverAnswered(1))
        // The connection of the user's bind, before anything was sent.
        course.tell(.lost(reason: "closed", wasSent: false))
        #expect(course.operation?.task == .bindUser(.name("uid=alice,dc=x")) && course.operation?.mayReuse == false)
        course.tell(0)
        #expect(course.decision?.verdict == .accepted)
    }

    @Test func `a server that cannot be reached is passed over at once`() throws {
        var course = try Course(bind)
        let refused = Judgement.Unavailable(reason: "refused", scope: .mechanism, isOfServer: true)
        course.tell(.unprepared(refused))
        #expect(course.operation?.server == 1 && course.failed == [0])
        course.tell(.unprepared(refused))
        #expect(course.decision == Decision(.unavailable(Unavailability("refused; refused", scope: .mechanism))))
    }

    @Test func `what is the same with every server is not asked of the next`() throws {
        var course = try Course(bind)
        course.tell(.unprepared(Judgement.Unavailable(reason: "reader: 49", scope: .mechanism, isOfServer: false)))
        #expect(course.failed.isEmpty)
        #expect(course.decision == Decision(.unavailable(Unavailability("reader: 49", scope: .mechanism))))
    }

    @Test func `a user's bind that was sent is never sent again`() throws {
        // A connection that is closed says nothing of its server, which may close idle ones.
        for (event, failed) in [(LoginEvent.lost(reason: "gone", wasSent: true), []), (.late(wasSent: true), [0])] {
            var course = try Course(bind)
            course.find()
            course.tell(event)
            #expect(course.plan.hasEnded && course.failed == failed)
            #expect(course.decision?.verdict != .accepted && course.decision?.account == "uid=alice,dc=x")
        }
        for code in [Int32(49), 51, 52, 53, 80] {
            var course = try Course(bind)
            course.find()
            course.tell(code)
            #expect(course.plan.hasEnded && course.decision?.verdict != .accepted)
        }
    }

    @Test func `a silent server leaves time for the next, and the last one has what is left`() throws {
        var course = try Course("ldap_timeout: 0\n", servers: 4)
        #expect(course.operation?.sendDeadline == start.advanced(milliseconds: 5000))
        var now = start
        for _ in 0..<8 where !course.plan.hasEnded {
            now = try #require(course.operation?.deadline)
            #expect(now <= deadline)
            course.tell(.late(wasSent: true), at: now)
        }
        #expect(course.plan.hasEnded && now <= deadline)
    }

    @Test func `a user's bind is waited for in full once it was sent`() throws {
        var course = try Course("ldap_timeout: 0\n", servers: 4)
        course.find()
        #expect(course.operation?.sendDeadline == start.advanced(milliseconds: 5000))
        #expect(course.operation?.deadline == deadline)
    }

    @Test func `a connection of the only server that is silent may be dead alone`() throws {
        var course = try Course(bind, servers: 1)
        course.tell(.late(wasSent: true), at: start.advanced(milliseconds: 5000))
        #expect(course.operation?.server == 0 && course.operation?.mayReuse == false)
    }

    @Test func `what is told of an earlier operation does not count`() throws {
        var course = try Course(bind)
        let number = try #require(course.operation?.number)
        course.find()
        let before = course.operation
        let earlier = course.plan.handle(.answered(ServerAnswer(.success)), of: number, now: start)
        #expect(earlier.isEmpty && course.operation == before)
        course.tell(0)
        let later = course.plan.handle(.late(wasSent: true), of: before?.number ?? 0, now: start)
        #expect(later.isEmpty)
    }
}
