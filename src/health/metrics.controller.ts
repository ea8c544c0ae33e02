import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { BackOfficeRoute } from '../auth/route-access.js';
import { registry } from '../metrics/metrics.js';

/** For Prometheus, which sends the key as its bearer token. */
@ApiTags('Health')
@Controller('metrics')
export class MetricsController {
  @Get()
  @BackOfficeRoute('read')
  @Header('content-type', registry.contentType)
  @ApiProduces('text/plain')
  @ApiOperation({ summary: 'Metrics of this process', description: 'In the text format of Prometheus.' })
  @ApiOkResponse({ description: 'Each metric with its help', schema: { type: 'string' } })
  read(): Promise<string> {
    return registry.metrics();
  }
}
