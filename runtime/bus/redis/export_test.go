package redis

import (
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Describe returns what a URL says.
func Describe(url string) (string, error) {
	s, err := parseURL(url, nil)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s user=%s password=%s db=%d", strings.Join(s.hosts, " "), s.user.name, s.user.password, s.user.db)
	if s.master != "" {
		text += " master=" + s.master
	}
	if s.guard != (user{}) {
		text += " guard=" + s.guard.name + ":" + s.guard.password
	}
	return text, nil
}

// Fate returns what became of an entry that is not there.
func Fate(id string, length int64, info redis.XInfoStream) string {
	return [...]string{kept: "kept", trimmed: "trimmed", forgotten: "forgotten"}[stream{length: length}.judge(entry{id: id}, &info)]
}
