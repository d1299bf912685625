import ProcessProtocol
import Testing

@Suite struct DescriptorTests {
    @Test(arguments: [(1, 1, 0), (3, 2, 3), (1, 0, 1), (0, 0, 0)], [(false, false), (true, false), (true, true)])
    func `a frontend finds each descriptor where the master has put it`(count: (Int, Int, Int), has: (Bool, Bool)) {
        let theirs = FrontendDescriptors(
            workers: count.0,
            listeners: count.1,
            dovecot: count.2,
            hasControl: has.0,
            hasMetrics: has.1
        )
        // The master's have numbers of all kinds; which of them gets which number is what the order decides.
        let ours = FrontendDescriptors(
            master: 100,
            previousMemory: 101,
            ownMemory: 102,
            workers: (0..<count.0).map { 200 + CInt($0) },
            listeners: (0..<count.1).map { 300 + CInt($0) },
            dovecot: (0..<count.2).map { 350 + CInt($0) },
            control: has.0 ? 400 : nil,
            metrics: has.1 ? 500 : nil
        )
        let end = FrontendDescriptors.first + CInt(ours.inOrder.count)
        let numbers = Dictionary(uniqueKeysWithValues: zip(FrontendDescriptors.first..<end, ours.inOrder))
        #expect(theirs.inOrder == Array(FrontendDescriptors.first..<end))
        #expect(numbers[theirs.master] == ours.master)
        #expect(numbers[theirs.previousMemory] == ours.previousMemory)
        #expect(numbers[theirs.ownMemory] == ours.ownMemory)
        #expect(theirs.workers.map { numbers[$0] } == ours.workers)
        #expect(theirs.listeners.map { numbers[$0] } == ours.listeners)
        #expect(theirs.dovecot.map { numbers[$0] } == ours.dovecot)
        #expect(theirs.control.flatMap { numbers[$0] } == ours.control)
        #expect(theirs.metrics.flatMap { numbers[$0] } == ours.metrics)
    }

    @Test func `a mechanism program has its connection twice and the text of the option behind standard error`() {
        let descriptors = WorkerDescriptors.inOrder(connection: 10, standardError: 11, option: 12)
        #expect(descriptors == [10, 10, 11, 12])
        #expect(descriptors[Int(WorkerDescriptors.connection)] == 10)
        #expect(descriptors[Int(WorkerDescriptors.option)] == 12)
    }
}
