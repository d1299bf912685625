import Authentication
import Foundation
import TestSupport
import Testing

/// What both servers send to the same clients whose password is not sent; Dovecot has it in clear text, as sasldb has.
@Suite struct DovecotProofWireTests {
    /// The answers so far to the client of one case, without what is random.
    private final class Trial {
        let proofCase: DovecotProofCase
        let client: DovecotClient
        private(set) var course: [String] = []
        private var next: String?
        /// What the server has to show.
        private var signature: String?

        init(_ proofCase: DovecotProofCase, _ socket: String) throws {
            self.proofCase = proofCase
            client = try DovecotClient(socket, minor: 2)
            next = proofCase.client.begin(proofCase.mechanism)
        }

        var isOver: Bool { next == nil }

        func send() throws {
            if let next { try client.send(next) }
        }

        func receive() {
            guard next != nil else { return }
            next = nil
            let event = client.event()
            guard case .line(let line) = event else { return course.append("\(event)") }
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard words[0] == "CONT", words.count == 3 else { return course.append(withoutSignature(line)) }
            guard let message = decoded(words[2]), message != "" else {
                course.append(line)
                let (header, bare) = (proofCase.client.header, proofCase.client.bare)
                next = cont(header + bare(proofCase.client.user, proofCase.client.nonce))
                return
            }
            if message.hasPrefix("v=") {
                course.append(message == signature ? "signature" : "wrong signature")
                next = "CONT\t1\t\(proofCase.client.last)\n"
                return
            }
            course.append(isChallenge(message) ? "challenge" : line)
            let answer = proofCase.client.answer(proofCase.mechanism, message)
            signature = answer.signature
            next = cont(answer.response)
        }

        private func isChallenge(_ message: String) -> Bool {
            guard proofCase.mechanism.hasParameters else {
                return message.wholeMatch(of: /<[0-9]{16}\.[0-9]+@[^@<>]+>/) != nil
            }
            let nonce = proofCase.client.nonce
            return message.hasPrefix("r=\(nonce)")
                && message.dropFirst(2 + nonce.count).wholeMatch(of: /[!-+\--~]{16,},s=[A-Za-z0-9+\/=]{20,},i=4096/)
                    != nil
        }

        /// The line with a word in the place of a right signature.
        private func withoutSignature(_ line: String) -> String {
            guard let signature else { return line }
            return line.replacing("resp=" + DovecotClient.base64(signature), with: "signature")
        }

        private func cont(_ text: String) -> String { "CONT\t1\t\(DovecotClient.base64(text))\n" }

        private func decoded(_ text: String) -> String? {
            Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test(arguments: DovecotCase.Make.available)
    func `a proof is answered as the table says`(make: DovecotCase.Make) throws {
        let server = try DovecotServer(make, mechanisms: SASLMechanism.allCases)
        let trials = try DovecotProofCase.all.map { try Trial($0, server.socket) }
        while trials.contains(where: { !$0.isOver }) {
            // Dovecot has a delay for refusals, so all cases take it together.
            for trial in trials { try trial.send() }
            for trial in trials { trial.receive() }
        }
        for trial in trials { #expect(trial.course == trial.proofCase.expected(of: make), "\(trial.proofCase)") }
    }

    @Test func `every difference is one, and has a reason`() {
        for proofCase in DovecotProofCase.all {
            guard let difference = proofCase.difference else { continue }
            #expect(difference.course != proofCase.dovecot && !difference.reason.isEmpty, "\(proofCase)")
        }
        #expect(Set(DovecotProofCase.all.map(\.description)).count == DovecotProofCase.all.count)
    }

    @Test(arguments: DovecotCase.Make.available)
    func `the greeting has the flags of each mechanism`(make: DovecotCase.Make) throws {
        let server = try DovecotServer(make, mechanisms: SASLMechanism.allCases)
        let lines = try DovecotClient(server.socket).greeting().filter { $0.hasPrefix("MECH") }
        #expect(
            Set(lines) == [
                "MECH\tPLAIN\tplaintext", "MECH\tLOGIN\tplaintext", "MECH\tCRAM-MD5\tdictionary\tactive",
                "MECH\tSCRAM-SHA-1\tmutual-auth", "MECH\tSCRAM-SHA-256\tmutual-auth",
            ]
        )
    }
}
