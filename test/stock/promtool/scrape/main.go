// Scrape reads a page of metrics with the parser by which Prometheus itself reads OpenMetrics, and says what it found.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

func main() {
	page, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	parser := textparse.NewOpenMetricsParser(page, labels.NewSymbolTable())
	families, samples := 0, 0
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fail(err)
		}
		switch entry {
		case textparse.EntryType:
			families++
		case textparse.EntrySeries:
			samples++
			var found labels.Labels
			parser.Labels(&found)
			if found.IsEmpty() {
				fail(errors.New("a sample without a name"))
			}
		}
	}
	fmt.Printf("%d families, %d samples\n", families, samples)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
