import Gzip
import Testing
