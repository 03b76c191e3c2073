import Arguments
import Intake

extension IntakeMode: ArgumentValue {}
