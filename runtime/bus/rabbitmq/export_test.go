package rabbitmq

// Queue returns the name of the queue that the Broker reads, "" before it does.
func (b *Broker) Queue() string {
	if queue := b.expected.Load(); queue != nil {
		return *queue
	}
	return ""
}

// Silence and Settle are what a test may have to wait for.
const (
	Silence = silence
	Settle  = settle
)
