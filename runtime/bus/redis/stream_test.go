package redis_test

import (
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/featherscaffold/featherscaffold/runtime/bus/redis"
)

func TestWhyAnEntryIsNotThere(t *testing.T) {
	t.Parallel()
	const length = 100
	at := func(id string) goredis.XMessage { return goredis.XMessage{ID: id} }
	for _, c := range []struct {
		name string
		info goredis.XInfoStream
		want string
	}{
		{"no stream", goredis.XInfoStream{LastGeneratedID: "0-0"}, "forgotten"},
		{"the stream ends before it", goredis.XInfoStream{LastGeneratedID: "50-9", Length: 5, EntriesAdded: 9, FirstEntry: at("40-0")}, "forgotten"},
		{"the stream ends right before it", goredis.XInfoStream{LastGeneratedID: "50-10", Length: 5, EntriesAdded: 9, FirstEntry: at("40-0")}, "forgotten"},
		{"it is missing in the midst", goredis.XInfoStream{LastGeneratedID: "60-0", Length: 5, EntriesAdded: 9, FirstEntry: at("50-2")}, "forgotten"},
		{"another has its ID", goredis.XInfoStream{LastGeneratedID: "60-0", Length: 5, EntriesAdded: 9, FirstEntry: at("50-11")}, "forgotten"},
		{"the stream began later", goredis.XInfoStream{LastGeneratedID: "60-0", Length: 5, EntriesAdded: 5, FirstEntry: at("51-0")}, "forgotten"},
		{"the stream begins later", goredis.XInfoStream{LastGeneratedID: "60-0", Length: 5, EntriesAdded: 9, FirstEntry: at("51-0")}, "trimmed"},
		{"all is deleted", goredis.XInfoStream{LastGeneratedID: "60-0", EntriesAdded: 9}, "trimmed"},
		{"an old server trims", goredis.XInfoStream{LastGeneratedID: "60-0", Length: length, FirstEntry: at("51-0")}, "trimmed"},
		{"an old server does not trim yet", goredis.XInfoStream{LastGeneratedID: "60-0", Length: length - 1, FirstEntry: at("51-0")}, "forgotten"},
	} {
		if got := redis.Fate("50-11", length, c.info); got != c.want {
			t.Errorf("%s: it is %s, want %s", c.name, got, c.want)
		}
	}
}
