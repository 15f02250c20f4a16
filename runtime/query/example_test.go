package query_test

import (
	"fmt"

	"github.com/featherscaffold/featherscaffold/runtime/query"
)

func Example() {
	rules := query.Rules{Schema: schema, Paginate: query.Paginate{Default: 10, Max: 50}}

	tree, err := query.ParseString("stars[$gte]=2&$sort[text]=-1&$limit=100")
	if err != nil {
		fmt.Println(err)
		return
	}
	q, err := rules.Parse(tree)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(show(q.Where), q.Limit)

	tree, err = query.ParseJSON([]byte(`{"text":{"$regex":"^a"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := rules.Parse(tree); err != nil {
		fmt.Println(err, string(err.(*query.Error).Data))
	}
	// Output:
	// stars >= 2 50
	// Invalid query parameter $regex {"$regex":"^a"}
}
